import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { KeyService } from "../../src/index.ts";

/** A new root key in the forms that applications have it in. */
export function newRootKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    pem: privateKey.export({ format: "pem", type: "pkcs8" }) as string,
    publicKey: publicKey.export({ format: "pem", type: "spki" }) as string,
    sign: (data: Uint8Array) => new Uint8Array(sign(null, data, privateKey)),
  };
}

/** The 32 bytes of an Ed25519 public key. */
export function rawOf(publicKey: string | KeyObject): Buffer {
  const key = typeof publicKey === "string" ? createPublicKey(publicKey) : publicKey;
  return Buffer.from(key.export({ format: "jwk" }).x!, "base64url");
}

/** A key service whose behaviour a test changes while it is used. */
export function keyService(timeLimitMs = 20) {
  const key = newRootKey();
  const service = {
    asked: [] as Uint8Array[],
    answer: async (data: Uint8Array): Promise<unknown> => key.sign(data),
    works: async (data: Uint8Array): Promise<unknown> => key.sign(data),
  };
  const rootKey: KeyService = {
    publicKey: key.publicKey,
    timeLimitMs,
    sign: (data) => {
      service.asked.push(data);
      return service.answer(data) as Promise<Uint8Array>;
    },
  };
  return { ...service, service, rootKey };
}
