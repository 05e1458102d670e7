import { createHash, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { accountId } from "./error-answer.ts";
import { booleanOf, type Fields, fieldsOf, numberOf, textOf } from "./json-fields.ts";

/** A key that the server gave out. The key itself is not kept. */
export interface IssuedKey {
  readonly hash: string;
  readonly label: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly limitUsd: number | null;
  readonly limitReset: string | null;
  readonly includesByok: boolean;
  readonly creator: string | null;
  readonly workspaceId: string;
  readonly externalUser: string | null;
  readonly expiresAt: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number | null;
}

/** By this a key is known without being told: SHA-256 of the whole key, in hexadecimal digits. */
export const hashOfKey = (key: string): string => createHash("sha256").update(key).digest("hex");

/** Of the key that a request came with; null without one. */
export function hashOfCaller({ headers }: { readonly headers: IncomingHttpHeaders }): string | null {
  const key = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? headers["x-api-key"]?.toString();
  return key ? hashOfKey(key) : null;
}

/** As much of a key as may be shown. */
const maskedKey = (key: string): string => `${key.slice(0, 12)}...${key.slice(-3)}`;

/** A key that nobody has yet. */
export const newKey = (): string => `sk-or-v1-${randomBytes(32).toString("hex")}`;

/** What is known of a new key, by the fields it was asked for with. */
export function issueKey(key: string, fields: Fields, nowMs: number): IssuedKey {
  return {
    hash: hashOfKey(key),
    label: maskedKey(key),
    name: textOf(fields.name) ?? "",
    disabled: false,
    limitUsd: numberOf(fields.limit) ?? null,
    limitReset: textOf(fields.limit_reset) ?? null,
    includesByok: booleanOf(fields.include_byok_in_limit) ?? false,
    creator: textOf(fields.creator_user_id) ?? accountId,
    workspaceId: textOf(fields.workspace_id) ?? "00000000-0000-4000-8000-000000000000",
    externalUser: textOf(fieldsOf(fields.external).user) ?? null,
    expiresAt: textOf(fields.expires_at) ?? null,
    createdAtMs: nowMs,
    updatedAtMs: null,
  };
}

/** The keys that were given out, and those of them that were deleted. */
export class IssuedKeys {
  /** By hash, without the deleted ones. */
  readonly byHash = new Map<string, IssuedKey>();
  readonly #deleted = new Set<string>();

  /** To be called when a key was deleted: it is refused from now on. */
  forget(hash: string): void {
    this.#deleted.add(hash);
  }

  /** Whether a key works; `undefined` for one that was never given out here. */
  works(key: string): boolean | undefined {
    const hash = hashOfKey(key);
    if (this.#deleted.has(hash)) return false;
    const issued = this.byHash.get(hash);
    return issued && !issued.disabled;
  }
}
