import * as v from "valibot";
import type { AuditProblem } from "./audit-error.ts";
import type { CallPolicy } from "./capture/policy.ts";
import type { AuditSink } from "./delivery/sink.ts";
import { sinkName } from "./delivery/sink-name.ts";
import type { Fetch } from "./fetch.ts";
import { isHttpUrl } from "./http-url.ts";
import type { KeyService } from "./keys/service-signer.ts";
import type { AuditLogOptions } from "./options.ts";

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

const milliseconds = (least: number, most: number) =>
  v.pipe(
    v.number(),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

const amount = (least: number) =>
  v.pipe(v.number(), v.safeInteger("must be a whole number"), v.minValue(least, `must be at least ${least}`));

const sinkRule =
  "must be sinks, or required(sink): each { name, write }, with a name of lower-case letters, digits, . _ and -";

// As it was given, not a copy: it may be an instance of a class.
const sink = v.custom<AuditSink>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    typeof (value as AuditSink).write === "function" &&
    sinkName.pattern.test((value as AuditSink).name),
  sinkRule,
);

/** What options may be. */
export const schema = v.strictObject({
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
    v.pipe(v.string(), v.url("must be a URL"), v.check(isHttpUrl, "must be an http or https URL")),
  ),
  service: v.optional(v.union([text, v.strictObject({ name: text, version: v.optional(text) })])),
  digest: v.optional(v.picklist(["hmac", "sha256"], 'must be "hmac" or "sha256"')),
  withoutUser: v.optional(v.picklist(["record", "refuse"], 'must be "record" or "refuse"')),
  policy: v.optional(callable<CallPolicy>()),
  routingMetadata: v.optional(v.boolean("must be true or false")),
  guarantee: v.optional(
    v.picklist(
      ["best_effort", "recorded", "write_ahead"],
      'must be "best_effort", "recorded" or "write_ahead"',
    ),
  ),
  onFailure: v.optional(v.picklist(["block", "continue"], 'must be "block" or "continue"')),
  recordTimeoutMs: v.optional(milliseconds(10, 3_600_000)),
  sync: v.optional(v.picklist(["commit", "interval", "never"], 'must be "commit", "interval" or "never"')),
  syncIntervalMs: v.optional(milliseconds(1, 3_600_000)),
  buffer: v.optional(v.strictObject({ entries: v.optional(amount(1)), bytes: v.optional(amount(65_536)) })),
  disk: v.optional(
    v.pipe(
      v.strictObject({
        warnBytes: v.optional(amount(0)),
        stopBytes: v.optional(amount(0)),
        quotaBytes: v.optional(amount(1)),
      }),
      v.check(
        ({ warnBytes, stopBytes = 0 }) => !warnBytes || warnBytes >= stopBytes,
        "warnBytes must not be below stopBytes (0 gives no warning)",
      ),
    ),
  ),
  files: v.optional(v.picklist(["shared", "per_process"], 'must be "shared" or "per_process"')),
  sinks: v.optional(v.array(v.union([sink, v.strictObject({ required: sink })], sinkRule), sinkRule)),
  journal: v.optional(v.boolean("must be true or false")),
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
