import { AuditError } from "@openrouter-audit/core";
import { cloudWatchSink } from "../src/index.ts";

const client = { send: () => Promise.reject(new Error("never asked")) } as never;

test.each([
  [{}, 'Option "logGroup" of cloudWatchSink is not right: must be the name of a log group'],
  [{ logGroup: "arn:aws:logs:eu-central-1:123456789012:log-group:audit" }, 'Option "logGroup"'],
  [{ logGroup: "aws/audit" }, 'Option "logGroup"'],
  [{ logGroup: "x".repeat(513) }, 'Option "logGroup"'],
  [{ logGroup: 7 }, 'Option "logGroup"'],
  [
    { logGroup: "a", client: {} },
    'Option "client" of cloudWatchSink is not right: must be a CloudWatchLogsClient',
  ],
  [{ logGroup: "a", region: "" }, 'Option "region"'],
  [
    { logGroup: "a", region: "eu-central-1", client },
    "must be a region, as eu-central-1, and not beside a client",
  ],
  [{ logGroup: "a", logStream: "a:b" }, 'Option "logStream"'],
  [
    { logGroup: "a", create: true },
    'Option "create" of cloudWatchSink is not right: must be one of "group", "stream", "nothing"',
  ],
  [
    { logGroup: "a", retentionDays: 42 },
    'Option "retentionDays" of cloudWatchSink is not right: must be one of 1, 3, 5',
  ],
  [{ logGroup: "a", retentionDays: 30, create: "stream" }, "must be one of 1, 3, 5, 7"],
  [{ logGroup: "a", format: "ecs" }, 'Option "format"'],
  [
    { logGroup: "a", maxEventBytes: 1_048_577 },
    'Option "maxEventBytes" of cloudWatchSink is not right: must be a whole number of bytes, from 65536',
  ],
  [{ logGroup: "a", maxEventBytes: 256 }, 'Option "maxEventBytes"'],
  [{ logGroup: "a", name: "Cloud Watch" }, 'Option "name"'],
  [
    { logGroup: "a", group: "b" },
    'There is no option "group" of cloudWatchSink. The options are: logGroup, client,',
  ],
])("options %j are refused when the sink is made", (options, message) => {
  const make = () => cloudWatchSink(options as never);
  expect(make).toThrow(AuditError);
  expect(make).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining(message) }),
  );
});

test("a sink has the name it is given", () => {
  expect(cloudWatchSink({ logGroup: "a", client }).name).toBe("cloudwatch");
  expect(cloudWatchSink({ logGroup: "a", client, name: "cloudwatch-eu" }).name).toBe("cloudwatch-eu");
});
