import { type AuditEntry, lineOf } from "@openrouter-audit/core";

/** docs/seal.md, "Line". */
const chainHash = /^[A-Za-z0-9+/]{43}=$/;
const signature = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The exact line of an entry, seal and all. Undefined when it can have none: what has no seal, holds a lone surrogate or nests
 * without end was never sealed by this library.
 */
export function lineIn(entry: AuditEntry): string | undefined {
  const isSealed = isBase64(entry.chain_hash, chainHash) && isBase64(entry.signature, signature);
  if (!isSealed) return undefined;
  try {
    return lineOf(entry);
  } catch {
    return undefined;
  }
}

function isBase64(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}
