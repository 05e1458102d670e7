import type { IncomingHttpHeaders } from "node:http";
import type { ErrorSpecification } from "./error-catalogue.ts";
import type { IssuedKeys } from "./issued-keys.ts";

/** The keys that a server knows. */
export interface KnownKeys {
  /** The only inference keys accepted. `undefined` accepts every key of the right form. */
  readonly apiKeys: readonly string[] | undefined;
  /** Keys for account endpoints, which are refused everything else that costs. */
  readonly managementKeys: readonly string[];
  /** Keys that were created by a request; they are good as long as they are neither disabled nor deleted. */
  readonly issued: IssuedKeys;
}

/** The kind of key an endpoint wants. */
export type NeededKey = "none" | "any" | "inference" | "management";

/** Who asks. Where no key is needed none is looked at, and the key is empty. */
export interface Caller {
  readonly key: string;
  readonly kind: "nobody" | "inference" | "management";
}

/** A caller who needs no key, or has no good one. */
export const nobody: Caller = { key: "", kind: "nobody" };
const bearer = ({ authorization }: IncomingHttpHeaders) => /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];

/** Reads `Authorization: Bearer sk-or-v1-...`, and `x-api-key` where it is taken; says who asks, or what is wrong. */
export function authenticate(
  headers: IncomingHttpHeaders,
  { apiKeys, managementKeys, issued }: KnownKeys,
  { key: needed, takesApiKeyHeader = false }: { key: NeededKey; takesApiKeyHeader?: boolean },
): Caller | { readonly error: ErrorSpecification } {
  if (needed === "none") return nobody;
  const key = bearer(headers) ?? (takesApiKeyHeader ? headers["x-api-key"]?.toString() : undefined);
  if (!key) return { error: "missing_authentication" };
  const management = managementKeys.includes(key);
  const listed = apiKeys ? apiKeys.includes(key) : /^sk-or-v1-./.test(key);
  const known = management || (issued.works(key) ?? listed);
  if (!known) return { error: "unknown_key" };

  if (needed === "management" && !management) return { error: "management_key_required" };
  if (needed === "inference" && management) {
    const message = "Management keys cannot be used to make API calls to completion endpoints";
    return { error: { name: "management_key_required", message } };
  }
  return { key, kind: management ? "management" : "inference" };
}
