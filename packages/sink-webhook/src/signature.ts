import { createHmac } from "node:crypto";

const prefix = "whsec_";

/** The key that a secret stands for, or null when it is no secret of the standard. */
export function keyOf(secret: unknown): Buffer | null {
  if (typeof secret !== "string" || !secret.startsWith(prefix)) return null;
  const text = secret.slice(prefix.length);
  const key = Buffer.from(text, "base64");
  // Node reads what is no base64, too, and the libraries of receivers do not.
  return key.toString("base64") === text && key.length >= 24 && key.length <= 64 ? key : null;
}

/** The headers of a signed message: https://github.com/standard-webhooks/standard-webhooks, version 1.0.0. */
export function signedHeaders(
  keys: readonly Buffer[],
  { id, text, now }: { readonly id: string; readonly text: string; readonly now: Date },
): Record<string, string> {
  const seconds = String(Math.floor(now.getTime() / 1000));
  const signatures = keys.map((key) => {
    return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${text}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signatures.join(" ") };
}
