import * as sdk from "@aws-sdk/client-cloudwatch-logs";
import type { FakeCloudWatch } from "./fake-cloudwatch/fake-cloud-watch.ts";
import { flawIn, shapesOf } from "./fake-cloudwatch/model-shape.ts";
import { ServiceError } from "./fake-cloudwatch/service-error.ts";
import { clientOf, logGroup, startFake } from "./support/cloud.ts";

let fake: FakeCloudWatch;
let client: sdk.CloudWatchLogsClient;
beforeAll(async () => {
  fake = await startFake();
  client = clientOf(fake);
});
beforeEach(() => {
  fake.groups.deleteGroup(logGroup);
  fake.groups.createGroup(logGroup);
  fake.groups.createStream(logGroup, "s", fake.now);
});

const put = (...logEvents: sdk.InputLogEvent[]) =>
  client.send(new sdk.PutLogEventsCommand({ logGroupName: logGroup, logStreamName: "s", logEvents }));
// One moment for all of a request's events: between two readings of the clock a millisecond may pass,
// and what shall be one millisecond back would not be.
const moment = Date.now();
const event = (message: string, ms = 0) => ({ message, timestamp: moment + ms });

describe("the fake of CloudWatch Logs", () => {
  test("speaks as the SDK of this version: every operation of it is in the SDK's model, with no member more or less", () => {
    const shapes = shapesOf("PutLogEvents")!;
    expect(
      flawIn(
        { logGroupName: "a", logStreamName: "b", logEvents: [{ timestamp: 1, message: "" }] },
        shapes.input,
      ),
    ).toBeNull();
    expect(flawIn({ logGroupName: "a", logEvents: [] }, shapes.input)).toBe("$.logStreamName is missing");
    expect(
      flawIn(
        { logGroupName: "a", logStreamName: "b", logEvents: [{ timestamp: "1", message: "" }] },
        shapes.input,
      ),
    ).toBe("$.logEvents.0.timestamp is a string");
    expect(flawIn({ rejected: 1 }, shapes.output)).toBe("$.rejected is not in the model");
    expect(shapesOf("PutLogLines")).toBeNull();
  });

  test.each([
    ["a step back", () => put(event("a"), event("b", -1)), "must be in chronological order"],
    ["more than a day", () => put(event("a", -86_400_001), event("b")), "cannot span more than 24 hours"],
    ["an empty message", () => put(event("")), "Member must have length greater than or equal to 1"],
    ["no event", () => put(), "length from 1 to 10000"],
    [
      "10,001 events",
      () => put(...Array.from({ length: 10_001 }, () => event("a"))),
      "length from 1 to 10000",
    ],
    [
      "a byte too many in an event",
      () => put(event("x".repeat(1_048_551))),
      "Log event too large: 1048577 bytes exceeds limit of 1048576",
    ],
    [
      "a byte too many in all",
      () => put(event("é".repeat(262_144)), event("x".repeat(524_237))),
      "Upload too large: 1048577 bytes exceeds limit of 1048576",
    ],
    [
      "a colon in a stream",
      () => client.send(new sdk.CreateLogStreamCommand({ logGroupName: logGroup, logStreamName: "a:b" })),
      "[^:*]*",
    ],
    [
      "a space in a group",
      () => client.send(new sdk.CreateLogGroupCommand({ logGroupName: "a b" })),
      "regular expression",
    ],
    [
      "a group of AWS",
      () => client.send(new sdk.CreateLogGroupCommand({ logGroupName: "aws/a" })),
      "reserved",
    ],
    [
      "a retention that is none",
      () => client.send(new sdk.PutRetentionPolicyCommand({ logGroupName: logGroup, retentionInDays: 2 })),
      "enum value set",
    ],
  ])("refuses %s", async (_, send, message) => {
    const error = await send().then(
      () => null,
      (failure) => failure,
    );
    expect(error).toBeInstanceOf(sdk.InvalidParameterException);
    expect(error.message).toContain(message);
  });

  test("takes what is at the limits", async () => {
    const half = "é".repeat(262_131);
    await expect(put(event(half, -86_400_000), event(half))).resolves.not.toHaveProperty(
      "rejectedLogEventsInfo",
    );
    await expect(put(event("x".repeat(1_048_550)))).resolves.toMatchObject({
      nextSequenceToken: expect.any(String),
    });
  });

  test("drops what is too old, expired or too new, and says which by their indexes", async () => {
    await client.send(new sdk.PutRetentionPolicyCommand({ logGroupName: logGroup, retentionInDays: 7 }));
    const day = 86_400_000;
    const answer = await put(
      event("a", -15 * day),
      event("b", -8 * day),
      event("c"),
      event("d", day / 8),
      event("e", day / 4),
    );
    expect(answer.rejectedLogEventsInfo).toEqual({
      tooOldLogEventEndIndex: 1,
      expiredLogEventEndIndex: 2,
      tooNewLogEventStartIndex: 3,
    });
    expect(fake.groups.stream(logGroup, "s").events.map(({ message }) => message)).toEqual(["c"]);
  });

  test("is read by the SDK's pages, forward to the end", async () => {
    const messages = Array.from({ length: 25 }, (_, index) => `${index}`);
    const now = Date.now();
    await put(...messages.map((message, index) => ({ message, timestamp: now + index })));
    const read: string[] = [];
    const wanted = { logGroupName: logGroup, logStreamName: "s", startFromHead: true, limit: 10 };
    for await (const { events } of sdk.paginateGetLogEvents({ client, stopOnSameToken: true }, wanted))
      read.push(...events!.map(({ message }) => message!));
    expect(read).toEqual(messages);
    const filtered: string[] = [];
    for await (const { events } of sdk.paginateFilterLogEvents(
      { client, pageSize: 10 },
      { logGroupName: logGroup },
    ))
      filtered.push(...events!.map(({ message }) => message!));
    expect(filtered).toEqual(messages);
    const { logStreams } = await client.send(new sdk.DescribeLogStreamsCommand({ logGroupName: logGroup }));
    expect(logStreams).toMatchObject([{ logStreamName: "s", firstEventTimestamp: now }]);
  });

  test.each([
    ["AccessDeniedException", sdk.AccessDeniedException],
    ["DataAlreadyAcceptedException", sdk.DataAlreadyAcceptedException],
    ["InvalidSequenceTokenException", sdk.InvalidSequenceTokenException],
    ["LimitExceededException", sdk.LimitExceededException],
    ["OperationAbortedException", sdk.OperationAbortedException],
    ["ResourceAlreadyExistsException", sdk.ResourceAlreadyExistsException],
    ["ResourceNotFoundException", sdk.ResourceNotFoundException],
    ["ServiceUnavailableException", sdk.ServiceUnavailableException],
    ["ThrottlingException", sdk.ThrottlingException],
    ["UnrecognizedClientException", sdk.UnrecognizedClientException],
  ])("answers %s so that the SDK makes its own of it", async (name, exception) => {
    fake.faults.push(new ServiceError(name, "as it is said"));
    const error = await put(event("a")).then(
      () => null,
      (failure) => failure,
    );
    expect(error).toBeInstanceOf(exception);
    expect(error).toMatchObject({ name, message: "as it is said" });
  });

  test("knows a wrong key, a wrong secret and a wrong clock", async () => {
    const { accessKeyId, secretAccessKey } = fake.credentials;
    const send = (credentials: FakeCloudWatch["credentials"]) =>
      clientOf(fake, { credentials }).send(new sdk.DescribeLogStreamsCommand({ logGroupName: logGroup }));
    await expect(send({ accessKeyId: "AKIDOTHER", secretAccessKey })).rejects.toBeInstanceOf(
      sdk.UnrecognizedClientException,
    );
    await expect(send({ accessKeyId, secretAccessKey: "other" })).rejects.toMatchObject({
      name: "InvalidSignatureException",
      message: expect.stringMatching(/does not match.*\n\nThe Canonical String/s),
    });
    fake.clockMs = 600_000;
    await expect(send({ accessKeyId, secretAccessKey })).rejects.toThrow(/^Signature expired/);
    fake.clockMs = -600_000;
    await expect(send({ accessKeyId, secretAccessKey })).rejects.toThrow(/^Signature not yet current/);
    fake.clockMs = 0;
  });
});
