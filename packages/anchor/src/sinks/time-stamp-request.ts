import { createHash, randomBytes } from "node:crypto";
import { Integer, Null, OctetString } from "asn1js";
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from "pkijs";

export const sha256 = "2.16.840.1.101.3.4.2.1";

/** What a time-stamp is asked for. */
export interface TimeStampRequest {
  /** DER of an RFC 3161 TimeStampReq. */
  readonly der: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the data. */
  readonly imprint: Buffer;
  readonly nonce: Buffer;
}

/** Asks for a time-stamp over the SHA-256 of data, with a nonce, so that no old answer passes, and the certificate. */
export function timeStampRequest(data: Uint8Array): TimeStampRequest {
  const imprint = createHash("sha256").update(data).digest();
  const nonce = randomBytes(8);
  // DER writes a positive number in the fewest bytes, the first of them below 0x80.
  nonce[0] = (nonce[0]! & 0x3f) | 0x40;
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: new Uint8Array(imprint).buffer }),
    }),
    nonce: new Integer({ valueHex: new Uint8Array(nonce).buffer }),
    certReq: true,
  });
  return { der: new Uint8Array(request.toSchema().toBER(false)), imprint, nonce };
}
