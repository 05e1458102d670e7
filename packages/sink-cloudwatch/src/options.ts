import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { AuditError, type EntryFormat } from "@openrouter-audit/core";
import { callLimits } from "./calls.ts";

export interface CloudWatchSinkOptions {
  /** The name of the log group, not its ARN. */
  readonly logGroup: string;
  /**
   * A ready client. The sink does not close it. Best made with `maxAttempts: 1` and a `requestTimeout` that throws: delivery
   * tries again itself. @default one of its own, as {@link CloudWatchSinkOptions.region} says
   */
  readonly client?: Pick<CloudWatchLogsClient, "send">;
  /** Of the client that the sink makes. @default what the SDK finds: `AWS_REGION`, the profile */
  readonly region?: string;
  /**
   * The stream of a log. One name for all logs is for who may make no streams: a reader then has to tell them apart by `log`.
   * @default the origin of the log, with `_` for `:` and `*`
   */
  readonly logStream?: string | ((log: string) => string);
  /** What the sink makes when it is missing: streams, or the group too. @default "group" */
  readonly create?: "group" | "stream" | "nothing";
  /**
   * How many days a group that the sink makes keeps events; one that is there already is left as it is.
   * @default CloudWatch's: for ever
   */
  readonly retentionDays?: number;
  /** What is kept of an entry. @default its exact line, which verifies */
  readonly format?: EntryFormat;
  /**
   * The largest event the region takes, with the 26 bytes that CloudWatch counts for each: at least 65,536. What is larger is
   * kept as a pointer. @default 1,048,576; in the regions of China it is 262,144
   */
  readonly eventBytes?: number;
  /** @default "cloudwatch" */
  readonly name?: string;
}

// What PutRetentionPolicy takes.
const retentions = "1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653".split(
  " ",
);

const isFunction = (value: unknown) => typeof value === "function";
const matches = (pattern: RegExp) => (value: unknown) => typeof value === "string" && pattern.test(value);

/** What each option may be, and how to say so. */
const rules: { readonly [option in keyof CloudWatchSinkOptions]-?: [(value: unknown) => boolean, string] } = {
  logGroup: [
    matches(/^(?!aws\/)[\w./#-]{1,512}$/),
    "the name of a log group, no ARN: 1 to 512 letters, digits and _-/.#, not beginning with aws/",
  ],
  client: [(value) => isFunction((value as { send?: unknown } | null)?.send), "a CloudWatchLogsClient"],
  region: [matches(/./), "a region, as eu-central-1"],
  logStream: [
    (value) => isFunction(value) || matches(/^[^:*]{1,512}$/)(value),
    "a name of 1 to 512 characters without : and *, or a function that makes one of the origin of a log",
  ],
  create: [matches(/^(group|stream|nothing)$/), '"group", "stream" or "nothing"'],
  retentionDays: [(value) => retentions.includes(String(value)), `one of ${retentions.join(", ")}`],
  format: [isFunction, "a function"],
  eventBytes: [
    (value) => Number.isInteger(value) && Number(value) >= 65_536 && Number(value) <= callLimits.bytes,
    `a whole number from 65536 to ${callLimits.bytes}`,
  ],
  name: [matches(/^[a-z0-9][a-z0-9._-]{0,63}$/), "a name of lower-case letters, digits, . _ and -"],
};

/** @throws AuditError `INVALID_OPTIONS` naming the first option that is wrong */
export function checkedOptions(given: CloudWatchSinkOptions): CloudWatchSinkOptions {
  const invalid = (message: string) => new AuditError("INVALID_OPTIONS", `cloudWatchSink: ${message}.`);
  const unknown = Object.keys(given).find((option) => !Object.hasOwn(rules, option));
  if (unknown)
    throw invalid(`there is no option "${unknown}". The options are: ${Object.keys(rules).join(", ")}`);
  for (const [option, [isRight, rule]] of Object.entries(rules)) {
    const value = given[option as keyof CloudWatchSinkOptions];
    if (value === undefined ? option === "logGroup" : !isRight(value))
      throw invalid(`option "${option}" is not right: it must be ${rule}`);
  }
  if (given.client && given.region) throw invalid('option "region" is for a client that the sink makes');
  if (given.retentionDays && (given.create ?? "group") !== "group")
    throw invalid('option "retentionDays" is for a group that the sink makes: create must be "group"');
  return given;
}
