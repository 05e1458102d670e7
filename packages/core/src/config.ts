import { hostname } from "node:os";
import * as v from "valibot";
import { AuditError, type AuditProblem } from "./audit-error.ts";
import type { CallPolicy } from "./capture/policy.ts";
import { boundedText } from "./entry/bounded-text.ts";
import type { ServiceFacts } from "./entry/entry.ts";
import { type Fetch, globalFetch } from "./fetch.ts";
import type { RootKey } from "./keys/root-key.ts";
import type { KeyService } from "./keys/service-signer.ts";

/** How an audit log is set up. Everything has a default. */
export interface AuditLogOptions {
  /** Where the journal is kept; made when missing. @default OPENROUTER_AUDIT_DIR, else "./audit_logs" */
  readonly directory?: string;
  /**
   * At least 32 bytes; the keys of the digests are derived from it and, without a `rootKey`, the root key too. @default
   * OPENROUTER_AUDIT_SECRET, else a secret made beside the journal, which protects against edits by those who cannot read
   * the directory, and against nobody else
   */
  readonly secret?: string;
  /**
   * The Ed25519 key that certifies every log, when it is not to be made from the secret: `{ pem }`, a PKCS #8 file or its
   * text; or `{ publicKey, sign }`, a key service that signs and keeps the key. @default `{ pem:
   * OPENROUTER_AUDIT_ROOT_KEY_FILE }`, else made from the secret
   */
  readonly rootKey?: RootKey;
  /** The name of the root key and the beginning of every origin: no spaces, no `+`. @default "openrouter-audit" */
  readonly name?: string;
  /** The API key for {@link AuditLog.ask} and for clients made without one. @default OPENROUTER_API_KEY */
  readonly apiKey?: string;
  /** Where OpenRouter is. @default OPENROUTER_BASE_URL, else "https://openrouter.ai/api/v1" */
  readonly baseURL?: string;
  /** The name of this service, or its name and version. @default OTEL_SERVICE_NAME, else npm's package name */
  readonly service?: string | { readonly name: string; readonly version?: string };
  /** `sha256` makes digests that anybody can recompute, and look up. @default "hmac" */
  readonly digest?: "hmac" | "sha256";
  /** Whether calls that may cost money are made when nobody is known that they are made for. @default "record" */
  readonly withoutUser?: "record" | "refuse";
  /**
   * Decides about each call that may cost money, and about uploads, before they are sent; the reason it gives refuses the
   * call. @default none
   */
  readonly policy?: CallPolicy;
  /**
   * Asks OpenRouter how it routed each call, for the entry's `routing`: adds the header `X-OpenRouter-Metadata: enabled`,
   * and OpenRouter adds `openrouter_metadata` to its answers. @default false
   */
  readonly routingMetadata?: boolean;
  /** After how long a silence a heartbeat is written. @default 300_000 */
  readonly heartbeatMs?: number;
  /** The fetch that does the work. @default the global one */
  readonly fetch?: Fetch;
  /** Told of everything that goes wrong without stopping a call. @default a process warning */
  readonly onProblem?: (problem: AuditProblem) => void;
}

/** What the code runs on: every option with its value. */
export interface AuditConfig {
  readonly directory: string;
  readonly secret: string | null;
  readonly rootKey: RootKey | null;
  readonly name: string;
  readonly apiKey: string | null;
  readonly baseURL: string;
  readonly service: ServiceFacts;
  readonly digest: "hmac" | "sha256";
  readonly withoutUser: "record" | "refuse";
  readonly policy: CallPolicy | null;
  readonly routingMetadata: boolean;
  readonly heartbeatMs: number;
  readonly fetch: Fetch;
  readonly onProblem: (problem: AuditProblem) => void;
}

const text = v.pipe(v.string(), v.nonEmpty("must not be empty"));
const callable = <T>() => v.custom<T>((value) => typeof value === "function", "must be a function");

const rootKey = v.union(
  [
    v.strictObject({ pem: text }),
    v.strictObject({
      publicKey: v.union([text, v.instance(Uint8Array)]),
      sign: callable<KeyService["sign"]>(),
      timeLimitMs: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(60_000))),
    }),
  ],
  "must be { pem } with a path or a PEM text, or { publicKey, sign } and at most timeLimitMs (1 to 60000)",
);

const schema = v.strictObject({
  directory: v.optional(text),
  secret: v.optional(text),
  rootKey: v.optional(rootKey),
  name: v.optional(
    v.pipe(
      text,
      v.regex(/^[^\s+\p{Cc}\p{Cs}]{1,100}$/u, "must have 1 to 100 characters, no spaces and no +"),
    ),
  ),
  apiKey: v.optional(text),
  baseURL: v.optional(
    v.pipe(v.string(), v.url("must be a URL"), v.startsWith("http", "must be an http or https URL")),
  ),
  service: v.optional(v.union([text, v.strictObject({ name: text, version: v.optional(text) })])),
  digest: v.optional(v.picklist(["hmac", "sha256"], 'must be "hmac" or "sha256"')),
  withoutUser: v.optional(v.picklist(["record", "refuse"], 'must be "record" or "refuse"')),
  policy: v.optional(callable<CallPolicy>()),
  routingMetadata: v.optional(v.boolean("must be true or false")),
  heartbeatMs: v.optional(
    v.pipe(
      v.number(),
      v.minValue(1000, "must be at least 1000"),
      v.maxValue(86_400_000, "must be at most a day"),
    ),
  ),
  fetch: v.optional(callable<Fetch>()),
  onProblem: v.optional(callable<(problem: AuditProblem) => void>()),
});

/** The names of all options of an audit log. */
export const auditLogOptionNames = Object.keys(schema.entries) as (keyof AuditLogOptions)[];

/** @throws AuditError `INVALID_OPTIONS` naming the first option that is wrong. */
export function configOf(given: AuditLogOptions, environment: NodeJS.ProcessEnv = process.env): AuditConfig {
  const parsed = v.safeParse(schema, given);
  if (!parsed.success) throw invalid(parsed.issues[0]);
  const options = parsed.output;
  const { service } = options;
  const named = typeof service === "object" ? service : { name: service };
  const serviceName = named.name || environment.OTEL_SERVICE_NAME || environment.npm_package_name;
  const version = "version" in named ? named.version : undefined;
  return {
    directory: options.directory ?? (environment.OPENROUTER_AUDIT_DIR || "./audit_logs"),
    secret: options.secret ?? (environment.OPENROUTER_AUDIT_SECRET || null),
    // As it was given: `sign` may be a method.
    rootKey: given.rootKey ?? rootKeyFile(environment),
    name: options.name ?? "openrouter-audit",
    apiKey: options.apiKey ?? (environment.OPENROUTER_API_KEY || null),
    baseURL: options.baseURL ?? (baseUrlOf(environment) || "https://openrouter.ai/api/v1"),
    service: {
      instance: `${hostname()}/${process.pid}`,
      name: boundedText(serviceName) ?? "unknown_service:node",
      version: boundedText(version ?? environment.npm_package_version),
    },
    digest: options.digest ?? "hmac",
    withoutUser: options.withoutUser ?? "record",
    policy: options.policy ?? null,
    routingMetadata: options.routingMetadata ?? false,
    heartbeatMs: options.heartbeatMs ?? 300_000,
    fetch: options.fetch ?? ((...request) => globalFetch()(...request)),
    onProblem: harmless(options.onProblem ?? warn),
  };
}

function rootKeyFile({ OPENROUTER_AUDIT_ROOT_KEY_FILE: pem }: NodeJS.ProcessEnv): RootKey | null {
  return pem ? { pem } : null;
}

/** Reporting a problem must not make another: what the application's function throws goes nowhere. */
function harmless(onProblem: (problem: AuditProblem) => unknown): (problem: AuditProblem) => void {
  return async (problem) => {
    try {
      await onProblem(problem);
    } catch {
      // There is nobody left to tell.
    }
  };
}

/** @throws AuditError `INVALID_OPTIONS`; the value is not part of the message, for it may hold credentials. */
function baseUrlOf({ OPENROUTER_BASE_URL: url }: NodeJS.ProcessEnv): string | undefined {
  if (!url || (/^https?:\/\//i.test(url) && URL.canParse(url))) return url;
  throw new AuditError(
    "INVALID_OPTIONS",
    "OPENROUTER_BASE_URL is not right: it must be an http or https URL.",
  );
}

function warn({ code, message }: AuditProblem): void {
  process.emitWarning(message, { type: "OpenRouterAudit", code });
}

function invalid(issue: v.BaseIssue<unknown>): AuditError {
  const option = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
  if (issue.type === "strict_object" && issue.expected === "never") {
    return new AuditError(
      "INVALID_OPTIONS",
      `There is no option "${option}". The options are: ${auditLogOptionNames.join(", ")}.`,
    );
  }
  return new AuditError("INVALID_OPTIONS", `Option "${option}" is not right: ${issue.message}.`);
}
