import { keyIdOf, type RootSigner, verifierOf } from "../seal/signed-note.ts";
import { reasonOf } from "../user-answer.ts";
import { vkeyOf } from "./public-key.ts";

/** A root key that a key service keeps: it signs, and never gives the key out. See docs/seal.md, "Keys". */
export interface KeyService {
  /** As the service shows it: SPKI PEM or DER, the 32 bytes in base64, or a vkey. See {@link vkeyOf}. */
  readonly publicKey: string | Uint8Array;
  /**
   * Signs bytes (less than 4 KiB) with Ed25519 (RFC 8032; neither Ed25519ph nor a hash made before) and returns the 64
   * bytes of the signature. Asked once for each log: at the start, and after a write that failed. What it throws, an
   * answer that does not verify with `publicKey`, and silence make the journal unwritable until it works.
   */
  readonly sign: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** How long `sign` may take, in milliseconds. @default 5000 */
  readonly timeLimitMs?: number;
}

const signatureBytes = 64;

/** @throws AuditError `INVALID_OPTIONS` when the public key is not right */
export function serviceSigner(service: KeyService, name: string): RootSigner {
  const vkey = vkeyOf(service.publicKey, name);
  const { timeLimitMs = 5000 } = service;
  const verifier = verifierOf(vkey)!;
  return {
    vkey,
    sign: async (text) => {
      const answer = await inTime(async () => service.sign(new TextEncoder().encode(text)), timeLimitMs);
      const signature = signatureIn(answer);
      const blob = Buffer.concat([keyIdOf(vkey), signature]).toString("base64");
      if (!verifier.verify(text, blob))
        throw new Error(`the key service signed with another key than ${vkey}, or signed other bytes`);
      return blob;
    },
  };
}

function signatureIn(answer: unknown): Uint8Array {
  if (answer instanceof Uint8Array && answer.length === signatureBytes) return answer;
  const what = answer instanceof Uint8Array ? `${answer.length} bytes` : typeof answer;
  throw new Error(
    `the key service answered with ${what}: an Ed25519 signature is a Uint8Array of ${signatureBytes} bytes`,
  );
}

/** @throws Error what the service throws, in words that say whose failure it is, or that it was silent */
async function inTime<T>(ask: () => Promise<T>, timeLimitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_answered, late) => {
    const message = `the key service did not sign within ${timeLimitMs / 1000} s`;
    // Not unref'd: entries wait for it, and a process that ends of itself must write them first.
    timer = setTimeout(() => late(new Error(message)), timeLimitMs);
  });
  try {
    const asked = ask().catch((cause: unknown) => {
      throw new Error(`the key service did not sign: ${reasonOf(cause)}`, { cause });
    });
    return await Promise.race([asked, silence]);
  } finally {
    clearTimeout(timer);
  }
}
