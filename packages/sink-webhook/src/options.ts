import type { EntryFormat, SinkLimits } from "@openrouter-audit/core";
import {
  aFunction,
  checkOptions,
  entryFormat,
  headersWithout,
  nameOfSink,
  type OptionRules,
  wholeNumber,
} from "@openrouter-audit/core/sink";
import { hiderOf } from "./confidential.ts";
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
  /** Takes out of what a receiver says what it was told in confidence. */
  readonly hide: (text: string) => string;
}

/** @throws AuditError `INVALID_OPTIONS` for the first that is wrong. What was given is not part of the message: it may be secret. */
export function configOf(given: WebhookSinkOptions): WebhookConfig {
  checkOptions("webhookSink", given, rules, ["url", "secret"]);
  const url = new URL(given.url);
  return {
    url,
    keys: [given.secret].flat().map((secret) => keyOf(secret)!),
    headers: given.headers ?? {},
    format: given.format,
    timeoutMs: given.timeoutMs ?? 15_000,
    // The usual limit of a proxy is 1 MiB: there is room for the envelope.
    limits: { entries: 500, bytes: 1_000_000, overheadBytes: 1, ...given.limits },
    name: given.name ?? "webhook",
    fetch: given.fetch ?? ((input, init) => fetch(input, init)),
    hide: hiderOf({ url, secret: given.secret, headers: given.headers }),
  };
}

const rules: OptionRules<WebhookSinkOptions> = {
  url: [
    (value, { allowHttp }) => isUrl(value, allowHttp === true),
    "an https URL, or http to this host (allowHttp: true allows it to others, and all on the way to read along), without user and password: those belong into headers",
  ],
  secret: [
    (value) => [value].flat().length > 0 && [value].flat().every((each) => keyOf(each) !== null),
    `whsec_ and the base64 of 24 to 64 bytes, or a list of such; if it comes from a variable, see that this is set. To make one: node -p '"whsec_" + crypto.randomBytes(32).toString("base64")'`,
  ],
  headers: headersWithout("webhook-id", "webhook-timestamp", "webhook-signature"),
  format: entryFormat,
  timeoutMs: wholeNumber("milliseconds", 1, 30_000),
  limits: [(value) => typeof value === "object" && value !== null, "{ entries, bytes, … }"],
  allowHttp: [(value) => typeof value === "boolean", "true or false"],
  name: nameOfSink,
  fetch: aFunction,
};

function isUrl(value: unknown, allowHttp: boolean): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  const isHere = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return !username && !password && (protocol === "https:" || (protocol === "http:" && (isHere || allowHttp)));
}
