import { webcrypto } from "node:crypto";
import { Certificate, ContentInfo, CryptoEngine, SignedData, TimeStampResp, TSTInfo } from "pkijs";
import { sha256, type TimeStampRequest } from "./time-stamp-request.ts";

const engine = new CryptoEngine({ crypto: webcrypto as never });
const extendedKeyUsage = "2.5.29.37";
const timeStampingPurpose = "1.3.6.1.5.5.7.3.8";
const tstInfo = "1.2.840.113549.1.9.16.1.4";

/** PKIFailureInfo, RFC 3161 section 2.4.2, by the number of the bit. */
const failures: Readonly<Record<number, string>> = {
  0: "it does not know the hash algorithm",
  2: "it does not permit this request",
  5: "it could not read the request",
  14: "its time source is not available",
  15: "it does not know the policy",
  16: "it does not know an extension",
  17: "it cannot give additional information",
  25: "it failed",
};

/**
 * Checks that an answer is a time-stamp for a request: RFC 3161 section 2.4.2.
 *
 * @param trusted the certificates to trust; without any, the signature is not checked
 * @returns the time in it
 * @throws Error that says what is wrong
 */
export async function timeStamped(
  { imprint, nonce }: TimeStampRequest,
  data: Uint8Array,
  answer: Uint8Array,
  trusted: readonly Certificate[],
): Promise<Date> {
  const { status, timeStampToken } = readable("a time-stamp answer", () =>
    TimeStampResp.fromBER(copied(answer)),
  );
  if (status.status > 1) throw new Error(`it refused: ${reasonOf(status)}`);
  if (!timeStampToken) throw new Error("it granted a time-stamp and sent none");
  const signed = readable("a signed time-stamp", () => signedDataOf(timeStampToken));
  const stamp = readable("a time-stamp", () =>
    TSTInfo.fromBER(copied(new Uint8Array(signed.encapContentInfo.eContent!.getValue()))),
  );
  const { hashAlgorithm, hashedMessage } = stamp.messageImprint;
  if (hashAlgorithm.algorithmId !== sha256 || !imprint.equals(bytesOf(hashedMessage)))
    throw new Error("it time-stamped something else than was sent");
  if (!stamp.nonce || !nonce.equals(bytesOf(stamp.nonce)))
    throw new Error("its answer has not the nonce of the request: it is the answer to another one");
  if (trusted.length > 0) await checkSignature(signed, data, trusted);
  return stamp.genTime;
}

/** Reads certificates from PEM. @throws Error when there is none */
export function certificatesOf(pem: string): Certificate[] {
  const found = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
  if (found.length === 0) throw new Error("there is no certificate in PEM in it");
  return found.map(([, base64]) => Certificate.fromBER(copied(Buffer.from(base64!, "base64"))));
}

async function checkSignature(
  signed: SignedData,
  data: Uint8Array,
  trusted: readonly Certificate[],
): Promise<void> {
  const found = await signed
    .verify(
      {
        signer: 0,
        data: copied(data),
        trustedCerts: [...trusted],
        checkChain: true,
        // A time-stamp is to hold for years: whether the certificate was revoked is asked when it is used.
        passedWhenNotRevValues: true,
        extendedMode: true,
      },
      engine,
    )
    .catch((cause: { message?: string }) => {
      throw new Error(`its signature does not verify with the certificates given: ${cause.message}`, {
        cause,
      });
    });
  if (!found.signatureVerified) throw new Error("its signature does not verify");
  const usage = found.signerCertificate?.extensions?.find(({ extnID }) => extnID === extendedKeyUsage);
  const purposes = (usage?.parsedValue as { keyPurposes?: string[] } | undefined)?.keyPurposes;
  if (!purposes?.includes(timeStampingPurpose)) throw new Error("its certificate is none for time-stamping");
}

function signedDataOf(token: ContentInfo): SignedData {
  const signed = new SignedData({ schema: token.content });
  if (signed.encapContentInfo.eContentType !== tstInfo || signed.signerInfos.length !== 1)
    throw new Error("not a TSTInfo with one signer");
  return signed;
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`what it sent is not ${what} (RFC 3161)`, { cause });
  }
}

function reasonOf({ statusStrings, failInfo, status }: TimeStampResp["status"]): string {
  const texts = (statusStrings ?? []).map((text) => text.valueBlock.value);
  const bits = failInfo ? [...bytesOf(failInfo)] : [];
  const named = Object.entries(failures)
    .filter(([bit]) => ((bits[Math.floor(Number(bit) / 8)] ?? 0) >> (7 - (Number(bit) % 8))) & 1)
    .map(([, text]) => text);
  return [...named, ...texts].join(": ") || `status ${status}`;
}

function bytesOf(value: { readonly valueBlock: { readonly valueHexView: Uint8Array } }): Buffer {
  return Buffer.from(value.valueBlock.valueHexView);
}

function copied(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
