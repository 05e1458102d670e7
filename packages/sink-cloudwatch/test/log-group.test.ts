import { type CloudWatchSinkOptions, cloudWatchSink } from "../src/index.ts";
import type { FakeCloudWatch } from "./fake-cloudwatch/fake-cloud-watch.ts";
import { ServiceError } from "./fake-cloudwatch/service-error.ts";
import { calm, clientOf, logGroup, readLines, startFake } from "./support/cloud.ts";
import { SealedLog } from "./support/sealed.ts";

let fake: FakeCloudWatch;
beforeAll(async () => {
  fake = await startFake();
});
beforeEach(() => {
  fake.groups.deleteGroup(logGroup);
  fake.denied.clear();
  fake.requests.length = 0;
});

function open(options: Partial<CloudWatchSinkOptions> = {}) {
  const log = new SealedLog();
  const sink = cloudWatchSink({ logGroup, client: clientOf(fake), ...options });
  return {
    log,
    sink,
    write: () => sink.write(log.add(Date.now(), {}), calm()),
    asked: () => fake.requests.splice(0).map(({ operation }) => operation),
  };
}

test("group and stream are made when they are missing, and not asked for when they are there", async () => {
  const { log, write, asked } = open();
  await write();
  expect(asked()).toEqual([
    "PutLogEvents",
    "CreateLogStream",
    "CreateLogGroup",
    "CreateLogStream",
    "PutLogEvents",
  ]);
  await write();
  expect(asked()).toEqual(["PutLogEvents"]);
  expect([...fake.groups.group(logGroup).streams.keys()]).toEqual([log.origin]);
  expect(fake.groups.group(logGroup).retentionInDays).toBeNull();
});

test("what somebody deletes while it runs is made again", async () => {
  const { write, asked } = open();
  await write();
  fake.groups.deleteGroup(logGroup);
  await write();
  fake.groups.group(logGroup).streams.clear();
  asked();
  await write();
  expect(asked()).toEqual(["PutLogEvents", "CreateLogStream", "PutLogEvents"]);
  expect(await readLines(clientOf(fake))).toHaveLength(1);
});

test("a stream or a group that another process makes at the same time is as good", async () => {
  const exists = new ServiceError(
    "ResourceAlreadyExistsException",
    "The specified log stream already exists",
  );
  const { log, write } = open();
  fake.groups.createGroup(logGroup);
  fake.groups.createStream(logGroup, log.origin, fake.now);
  const missing = new ServiceError("ResourceNotFoundException", "The specified log stream does not exist.");
  fake.faults.push(missing, exists);
  await write();
  fake.faults.push(missing, missing, exists);
  await write();
  expect(fake.groups.stream(logGroup, log.origin).events).toHaveLength(2);
});

describe("retentionDays", () => {
  test("is set where the sink makes the group", async () => {
    await open({ retentionDays: 365 }).write();
    expect(fake.groups.group(logGroup).retentionInDays).toBe(365);
  });

  test("is left as it is in a group that is there: nothing that somebody wants to keep is deleted", async () => {
    fake.groups.createGroup(logGroup);
    fake.groups.setRetention(logGroup, 3653);
    await open({ retentionDays: 1 }).write();
    expect(fake.groups.group(logGroup).retentionInDays).toBe(3653);
  });

  test("is set later when it may not be set yet, before anything is written", async () => {
    const { write } = open({ retentionDays: 365 });
    fake.denied.add("PutRetentionPolicy");
    for (const _ of [1, 2]) await expect(write()).rejects.toThrow(/Allow logs:PutRetentionPolicy/);
    fake.denied.clear();
    await write();
    expect(fake.groups.group(logGroup).retentionInDays).toBe(365);
  });
});

describe("create", () => {
  test('"stream" makes streams, and says what to do where the group is missing', async () => {
    const { write, asked } = open({ create: "stream" });
    await expect(write()).rejects.toThrow(
      /^CreateLogStream to \/llm\/audit, stream \S+: ResourceNotFoundException: The specified log group does not exist\. Make the log group/,
    );
    expect(asked()).not.toContain("CreateLogGroup");
    fake.groups.createGroup(logGroup);
    await write();
  });

  test('"nothing" makes nothing, and says what to do', async () => {
    const { write, asked } = open({ create: "nothing", logStream: "all" });
    fake.groups.createGroup(logGroup);
    await expect(write()).rejects.toThrow(/stream all: ResourceNotFoundException: .*create: "group"\.$/);
    fake.groups.createStream(logGroup, "all", fake.now);
    await write();
    expect(asked()).toEqual(["PutLogEvents", "PutLogEvents"]);
  });

  test("what may not be made is said with the permission that is missing", async () => {
    const { write } = open();
    fake.denied.add("CreateLogGroup");
    await expect(write()).rejects.toThrow(
      /^CreateLogGroup to .*AccessDeniedException: User: arn.*Allow logs:CreateLogGroup/,
    );
    fake.groups.createGroup(logGroup);
    fake.denied.add("CreateLogStream");
    await expect(write()).rejects.toThrow(/Allow logs:CreateLogStream/);
  });
});

describe("logStream", () => {
  const streams = () => [...fake.groups.group(logGroup).streams.keys()];

  test("is a legal name of the origin, whatever the log is called", async () => {
    const { sink, log } = open();
    const [entry] = log.add(Date.now(), {});
    const origins = ["a:b*c/host/1", `${"n".repeat(600)}/host/2`, "名前/host/3"];
    await sink.write(
      origins.map((origin, index) => ({ ...entry!, log: origin, chain_hash: `${index}` })),
      calm(),
    );
    expect(streams()).toEqual(["a_b_c/host/1", `${"n".repeat(505)}/host/2`, "名前/host/3"]);
  });

  test("may be one for all logs, or made by a function", async () => {
    await open({ logStream: "one" }).write();
    const { log, write } = open({ logStream: (origin) => `app/${origin.split("/").at(-1)}` });
    await write();
    expect(streams()).toEqual(["one", `app/${log.origin.split("/").at(-1)}`]);
  });
});
