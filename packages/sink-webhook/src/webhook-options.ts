import { AuditError, type EntryFormat, type SinkLimits } from "@openrouter-audit/core";
import { keyOf } from "./signature.ts";

export interface WebhookSinkOptions {
  /** Where batches are posted to: https, or http to this host. A query may hold a token: only the origin is ever shown. */
  readonly url: string;
  /**
   * `whsec_` and the base64 of 24 to 64 random bytes; while it is being changed a list, the new one first: every batch is
   * signed with each.
   */
  readonly secret: string | readonly string[];
  /** Sent with each batch, besides those of the standard. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent of an entry: an object as it is, a text as a JSON string. @default the entry, exactly as in the journal */
  readonly format?: EntryFormat;
  /** How long the receiver may take for its whole answer, in milliseconds, 1 to 30,000. @default 15000 */
  readonly timeoutMs?: number;
  /** How large batches may be, counted before `format`. @default 500 entries, 1,000,000 bytes */
  readonly limits?: SinkLimits;
  /** Whether a `url` of another host may be http: then everybody on the way can read the entries. @default false */
  readonly allowHttp?: boolean;
  /** @default "webhook" */
  readonly name?: string;
  /** What sends, for a proxy or a client certificate. @default the global fetch */
  readonly fetch?: typeof fetch;
}

/** What the code runs on. */
export interface WebhookConfig {
  readonly url: URL;
  readonly keys: readonly Buffer[];
  readonly headers: Readonly<Record<string, string>>;
  readonly format: EntryFormat | undefined;
  readonly timeoutMs: number;
  readonly limits: SinkLimits;
  readonly name: string;
  readonly fetch: typeof fetch;
}

/** @throws AuditError `INVALID_OPTIONS` for the first that is wrong. What was given is not part of the message: it may be secret. */
export function configOf(given: WebhookSinkOptions): WebhookConfig {
  for (const option of new Set([...Object.keys(given), "url", "secret"])) {
    const value = given[option as keyof WebhookSinkOptions];
    const rule = rules[option as keyof WebhookSinkOptions];
    const problem = rule
      ? `Option "${option}" of webhookSink is not right: must be ${rule.must}.`
      : `There is no option "${option}" of webhookSink. The options are: ${Object.keys(rules).join(", ")}.`;
    const isLeftOut = value === undefined && option !== "url" && option !== "secret";
    if (!rule || !(isLeftOut || rule.holds(value, given))) throw new AuditError("INVALID_OPTIONS", problem);
  }
  return {
    url: new URL(given.url),
    keys: [given.secret].flat().map((secret) => keyOf(secret)!),
    headers: given.headers ?? {},
    format: given.format,
    timeoutMs: given.timeoutMs ?? 15_000,
    // The usual limit of a proxy is 1 MiB: there is room for the envelope.
    limits: { entries: 500, bytes: 1_000_000, overheadBytes: 1, ...given.limits },
    name: given.name ?? "webhook",
    fetch: given.fetch ?? ((input, init) => fetch(input, init)),
  };
}

interface Rule {
  readonly holds: (value: unknown, given: WebhookSinkOptions) => boolean;
  readonly must: string;
}

const isFunction = (value: unknown) => typeof value === "function";
const reserved = [
  "content-type",
  "content-length",
  "host",
  "webhook-id",
  "webhook-timestamp",
  "webhook-signature",
];

const rules: Readonly<Record<keyof WebhookSinkOptions, Rule>> = {
  url: {
    holds: (value, { allowHttp }) => isUrl(value, allowHttp === true),
    must: "an https URL, or http to this host (allowHttp: true allows it to others, and all on the way to read along), without user and password: those belong into headers",
  },
  secret: {
    holds: (value) => [value].flat().length > 0 && [value].flat().every((each) => keyOf(each) !== null),
    must: `whsec_ and the base64 of 24 to 64 bytes, or a list of such; if it comes from a variable, see that this is set. To make one: node -p '"whsec_" + crypto.randomBytes(32).toString("base64")'`,
  },
  headers: { holds: isHeaders, must: `an object of header names and values, without ${reserved.join(", ")}` },
  format: { holds: isFunction, must: "a function of an entry" },
  timeoutMs: {
    holds: (value) => typeof value === "number" && value >= 1 && value <= 30_000,
    must: "1 to 30000 milliseconds",
  },
  limits: { holds: (value) => typeof value === "object" && value !== null, must: "{ entries, bytes, … }" },
  allowHttp: { holds: (value) => typeof value === "boolean", must: "true or false" },
  name: {
    holds: (value) => typeof value === "string" && /^[a-z0-9][a-z0-9._-]{0,63}$/.test(value),
    must: "1 to 64 lower-case letters, digits, . _ and -, beginning with a letter or digit",
  },
  fetch: { holds: isFunction, must: "a function" },
};

function isUrl(value: unknown, allowHttp: boolean): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  const isHere = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return !username && !password && (protocol === "https:" || (protocol === "http:" && (isHere || allowHttp)));
}

function isHeaders(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  try {
    const headers = new Headers(value as Record<string, string>);
    return reserved.every((name) => !headers.has(name));
  } catch {
    return false;
  }
}
