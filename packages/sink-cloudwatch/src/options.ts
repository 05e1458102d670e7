import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { EntryFormat } from "@openrouter-audit/core";
import {
  entryFormat,
  nameOfSink,
  type OptionRules,
  objectWith,
  oneOf,
  textLike,
  wholeNumber,
} from "@openrouter-audit/core/sink";
import { callLimits } from "./call-limits.ts";

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
  readonly maxEventBytes?: number;
  /** @default "cloudwatch" */
  readonly name?: string;
}

// What PutRetentionPolicy takes.
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const optionRules: OptionRules<CloudWatchSinkOptions> = {
  logGroup: textLike(
    /^(?!aws\/)[\w./#-]{1,512}$/,
    "the name of a log group, no ARN: 1 to 512 letters, digits and _-/.#, not beginning with aws/",
  ),
  client: objectWith("send", "a CloudWatchLogsClient"),
  region: [
    (value, { client }) => typeof value === "string" && value !== "" && !client,
    "a region, as eu-central-1, and not beside a client, which has its own",
  ],
  logStream: [
    (value) => typeof value === "function" || (typeof value === "string" && /^[^:*]{1,512}$/.test(value)),
    "a name of 1 to 512 characters without : and *, or a function that makes one of the origin of a log",
  ],
  create: oneOf("group", "stream", "nothing"),
  retentionDays: [
    (value, { create = "group" }) => retentions.includes(Number(value)) && create === "group",
    `one of ${retentions.join(", ")}, and of a group that the sink makes: create: "group"`,
  ],
  format: entryFormat,
  maxEventBytes: wholeNumber("bytes", 65_536, callLimits.bytes),
  name: nameOfSink,
};
