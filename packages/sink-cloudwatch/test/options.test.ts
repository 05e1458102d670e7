import { AuditError } from "@openrouter-audit/core";
import { cloudWatchSink } from "../src/index.ts";

const client = { send: () => Promise.reject(new Error("never asked")) } as never;

test.each([
  [{}, 'option "logGroup" is not right: it must be the name of a log group'],
  [{ logGroup: "arn:aws:logs:eu-central-1:123456789012:log-group:audit" }, 'option "logGroup"'],
  [{ logGroup: "aws/audit" }, 'option "logGroup"'],
  [{ logGroup: "x".repeat(513) }, 'option "logGroup"'],
  [{ logGroup: 7 }, 'option "logGroup"'],
  [{ logGroup: "a", client: {} }, 'option "client" is not right: it must be a CloudWatchLogsClient'],
  [{ logGroup: "a", region: "" }, 'option "region"'],
  [{ logGroup: "a", region: "eu-central-1", client }, 'option "region" is for a client that the sink makes'],
  [{ logGroup: "a", logStream: "a:b" }, 'option "logStream"'],
  [
    { logGroup: "a", create: true },
    'option "create" is not right: it must be "group", "stream" or "nothing"',
  ],
  [{ logGroup: "a", retentionDays: 42 }, 'option "retentionDays" is not right: it must be one of 1, 3, 5'],
  [{ logGroup: "a", retentionDays: 30, create: "stream" }, "create must be"],
  [{ logGroup: "a", format: "ecs" }, 'option "format"'],
  [
    { logGroup: "a", eventBytes: 1_048_577 },
    'option "eventBytes" is not right: it must be a whole number from 65536',
  ],
  [{ logGroup: "a", eventBytes: 256 }, 'option "eventBytes"'],
  [{ logGroup: "a", name: "Cloud Watch" }, 'option "name"'],
  [{ logGroup: "a", group: "b" }, 'there is no option "group". The options are: logGroup, client,'],
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
