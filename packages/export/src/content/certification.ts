/** A form, never filled in by software. */
export const certification = `# Certificate of a qualified person (a form)

> Nobody has signed this. It is a template in the manner of the United States Federal Rules of Evidence 902(13) and 902(14); whether it is
> of use, and what must be said where you are, is for a lawyer to say. Software cannot certify anything.

I, ______________________________ (name), ______________________________ (position), declare:

1. I am qualified to make this certificate because ______________________________.
2. The records in this package were produced by an electronic process or system: ______________________________.
   To my knowledge that process produces accurate results because ______________________________.
3. The data in this package were copied from ______________________________ (place) on ______________________________ (day) by
   ______________________________ (person). I authenticated the copy by digital identification: SHA-256 of the file
   \`tagmanifest-sha256.txt\` of this package is

       ________________________________________________________________

4. I verified the package with ______________________________ (tool, version), with the public key
   ______________________________, which I had from ______________________________. The result was: ______________________________.
5. What was not verified, or is not in the package: ______________________________.

I declare under penalty of perjury that the foregoing is true and correct.

Date: ______________________     Signature: ______________________________
`;
