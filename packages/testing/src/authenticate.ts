import type { ErrorName } from "./error-catalogue.ts";

/** The keys that a server knows. */
export interface KnownKeys {
  /** The only inference keys accepted. `undefined` accepts every key of the right form. */
  readonly apiKeys: readonly string[] | undefined;
  /** Keys for account endpoints, which are refused everything else that costs. */
  readonly managementKeys: readonly string[];
}

/** Who asks: a key and its kind, or what is wrong. */
export type Identity =
  | { readonly key: string; readonly kind: "inference" | "management" }
  | { readonly error: ErrorName };

/** Reads `Authorization: Bearer sk-or-v1-...`. */
export function authenticate(header: string | undefined, { apiKeys, managementKeys }: KnownKeys): Identity {
  const key = /^Bearer\s+(\S+)$/i.exec(header ?? "")?.[1];
  if (key === undefined) return { error: "missing_authentication" };
  if (managementKeys.includes(key)) return { key, kind: "management" };
  const known = apiKeys ? apiKeys.includes(key) : /^sk-or-v1-./.test(key);
  return known ? { key, kind: "inference" } : { error: "unknown_key" };
}
