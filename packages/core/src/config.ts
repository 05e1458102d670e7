import { hostname } from "node:os";
import * as v from "valibot";
import { AuditError, type AuditProblem } from "./audit-error.ts";
import type { CallPolicy } from "./capture/policy.ts";
import type { AuditSink } from "./delivery/sink.ts";
import { boundedText } from "./entry/bounded-text.ts";
import type { ServiceFacts } from "./entry/entry.ts";
import { type Fetch, globalFetch } from "./fetch.ts";
import type { Guarantee, OnFailure } from "./guarantee/recording.ts";
import { isHttpUrl } from "./http-url.ts";
import type { DiskLimits } from "./journal/disk-limits.ts";
import type { JournalFiles } from "./journal/file-names.ts";
import type { SyncPolicy } from "./journal/sync-policy.ts";
import type { RootKey } from "./keys/root-key.ts";
import type { AuditLogOptions } from "./options.ts";
import { auditLogOptionNames, schema } from "./options-schema.ts";
import { unknownOption } from "./unknown-option.ts";
import { warn } from "./warn.ts";

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
  readonly guarantee: Guarantee;
  readonly onFailure: OnFailure;
  readonly recordTimeoutMs: number;
  readonly sync: SyncPolicy;
  readonly syncIntervalMs: number;
  readonly buffer: { readonly entries: number; readonly bytes: number };
  readonly disk: DiskLimits;
  readonly files: JournalFiles;
  readonly sinks: readonly { readonly sink: AuditSink; readonly isRequired: boolean }[];
  readonly journal: boolean;
  readonly heartbeatMs: number;
  readonly fetch: Fetch;
  readonly onProblem: (problem: AuditProblem) => void;
}

/** @throws AuditError `INVALID_OPTIONS` naming the first option that is wrong. */
export function configOf(given: AuditLogOptions, environment: NodeJS.ProcessEnv = process.env): AuditConfig {
  const parsed = v.safeParse(schema, given);
  if (!parsed.success) throw invalid(parsed.issues[0]);
  const options = parsed.output;
  const { service, guarantee = "recorded" } = options;
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
    guarantee,
    onFailure: options.onFailure ?? (guarantee === "best_effort" ? "continue" : "block"),
    recordTimeoutMs: options.recordTimeoutMs ?? 10_000,
    sync: options.sync ?? "commit",
    syncIntervalMs: options.syncIntervalMs ?? 1000,
    buffer: { entries: options.buffer?.entries ?? 10_000, bytes: options.buffer?.bytes ?? 64 << 20 },
    disk: {
      warnBytes: options.disk?.warnBytes ?? null,
      stopBytes: options.disk?.stopBytes ?? null,
      quotaBytes: options.disk?.quotaBytes ?? null,
    },
    files: options.files ?? "shared",
    sinks: sinksOf(given.sinks ?? []),
    journal: options.journal ?? true,
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
  if (!url || isHttpUrl(url)) return url;
  throw new AuditError(
    "INVALID_OPTIONS",
    "OPENROUTER_BASE_URL is not right: it must be an http or https URL.",
  );
}

function invalid(issue: v.BaseIssue<unknown>): AuditError {
  const option = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
  if (issue.type === "strict_object" && issue.expected === "never") {
    return unknownOption(option, auditLogOptionNames);
  }
  return new AuditError("INVALID_OPTIONS", `Option "${option}" is not right: ${issue.message}.`);
}

/** @throws AuditError `INVALID_OPTIONS` for two of one name: they would share a place in the journal. */
function sinksOf(given: NonNullable<AuditLogOptions["sinks"]>): AuditConfig["sinks"] {
  const names = new Set<string>();
  return given.map((each) => {
    const isRequired = "required" in each;
    const sink = isRequired ? each.required : each;
    if (names.has(sink.name)) {
      throw new AuditError("INVALID_OPTIONS", `Option "sinks" is not right: two are named "${sink.name}".`);
    }
    names.add(sink.name);
    return { sink, isRequired };
  });
}
