import { jest } from "@jest/globals";
import { AuditError } from "@openrouter-audit/core";
import { googleCloudSink, linesOf } from "../src/index.ts";
import type { Fault } from "./fake-google-logging/fake-google-logging.ts";
import { calm, sealed } from "./support/sealed.ts";
import { withFake } from "./support/with-fake.ts";

const world = withFake();

/** What a write fails with. */
async function failureOf(write: Promise<void>): Promise<Error> {
  return write.then(
    () => Promise.reject(new Error("It was kept.")),
    (error) => error,
  );
}

const log = "projects/audited/logs/openrouter-audit";

test.each<[Fault, RegExp]>([
  [
    { code: "UNAUTHENTICATED", message: "Invalid credentials." },
    /UNAUTHENTICATED: Invalid cred.*other credentials/,
  ],
  [
    { code: "PERMISSION_DENIED", message: "No." },
    /PERMISSION_DENIED.*logging\.logEntries\.create.*roles\/logging\.logWriter/,
  ],
  [
    {
      code: "PERMISSION_DENIED",
      message: "Cloud Logging API has not been used.",
      reason: "SERVICE_DISABLED",
    },
    /Enable the Cloud Logging API/,
  ],
  [
    { code: "RESOURCE_EXHAUSTED", message: "Quota exceeded for 'Write requests'." },
    /Quota exceeded.*tried again.*more quota/,
  ],
  [{ code: "UNAVAILABLE", message: "The service is unavailable." }, /UNAVAILABLE.*tried again/],
  [{ code: "INTERNAL", message: "Internal error." }, /INTERNAL.*tried again/],
  [{ code: "DEADLINE_EXCEEDED", message: "Too late." }, /DEADLINE_EXCEEDED.*network/],
  [{ code: "FAILED_PRECONDITION", message: "Key is disabled." }, /bucket.*encryption key/],
  [
    { code: "INVALID_ARGUMENT", message: "Bad resource." },
    /INVALID_ARGUMENT: Bad resource.*logName, resource/,
  ],
  ["break before", /UNAVAILABLE|INTERNAL|CANCELLED|UNKNOWN/],
  ["break after", /UNAVAILABLE|INTERNAL|CANCELLED|UNKNOWN/],
])(
  "%j fails the batch at once, says what to do, is not tried again behind our back, and passes",
  async (fault, words) => {
    const sink = googleCloudSink({ client: world.client });
    const entries = sealed([{}, {}]);
    world.fake.script = (request) => (request === 0 ? fault : undefined);
    const error = await failureOf(sink.write(entries, calm()));
    expect(error.name).toBe("Error");
    expect(error.message).toContain(log);
    expect(error.message).toMatch(words);
    expect(error.cause).toBeInstanceOf(Error);
    expect(world.fake.writes).toHaveLength(1);
    await sink.write(entries, calm());
    expect(world.fake.writes.map(({ entries: sent }) => sent!.length)).toEqual([2, 2]);
    expect(await world.read()).toHaveLength(2);
  },
);

test("without the role nothing is taken; when it is granted, everything is, and no hand is needed", async () => {
  world.fake.projects.set("audited", ["roles/logging.viewer"]);
  const sink = googleCloudSink({ client: world.client });
  const error = await failureOf(sink.write(sealed([{}]), calm()));
  expect(error.message).toMatch(
    /'logging\.logEntries\.create' denied.*Grant .* \(in roles\/logging\.logWriter\)/,
  );
  world.fake.projects.set("audited", ["roles/logging.logWriter", "roles/logging.viewer"]);
  await sink.write(sealed([{}]), calm());
  expect(await world.read()).toHaveLength(1);
});

test("a project that nobody knows is named", async () => {
  const sink = googleCloudSink({ client: world.client, projectId: "no-such-project" });
  const error = await failureOf(sink.write(sealed([{}]), calm()));
  expect(error.message).toMatch(/projects\/no-such-project\/.*NOT_FOUND.*Look at projectId/);
});

test("a hanging write ends when it is told to, with the reason it was told, and Google is told too", async () => {
  const sink = googleCloudSink({ client: world.client });
  world.fake.script = (request) => (request === 0 ? "hang" : undefined);
  const stop = new AbortController();
  const came = world.fake.written();
  const write = failureOf(sink.write(sealed([{}]), { signal: stop.signal }));
  await came;
  stop.abort(new Error("a write took longer than 30 s"));
  expect((await write).message).toBe("a write took longer than 30 s");
  await world.fake.cancelled;
  await sink.write(sealed([{}]), calm());
  expect(await world.read()).toHaveLength(1);
});

test("what Google refuses of a batch by its place is named, the rest is kept, and sent once", async () => {
  world.fake.refuses = ({ insertId }) => (bad.includes(insertId!) ? "Field is not allowed." : null);
  const entries = sealed([{}, {}, {}, {}, {}]);
  const bad = [entries[1]!.id, entries[4]!.id];
  const error = await failureOf(googleCloudSink({ client: world.client }).write(entries, calm()));
  const reason = "Google Cloud Logging refused it: Field is not allowed.";
  expect(error).toMatchObject({ name: "EntriesRejected", rejected: bad.map((id) => ({ id, reason })) });
  expect(linesOf(await world.read())).toHaveLength(3);
  expect(world.fake.writes).toHaveLength(1);
});

test("an entry that is refused in one of its parts is rejected whole", async () => {
  world.fake.refuses = ({ split }) => (split?.index === 1 ? "Not this part." : null);
  const entries = sealed([{}, { metadata: { text: "x".repeat(300_000) } }]);
  const error = await failureOf(googleCloudSink({ client: world.client }).write(entries, calm()));
  expect(error).toMatchObject({ name: "EntriesRejected", rejected: [{ id: entries[1]!.id }] });
});

test("when all are refused nothing is set aside: it may be the request", async () => {
  world.fake.refuses = () => "Not allowed.";
  const error = await failureOf(googleCloudSink({ client: world.client }).write(sealed([{}, {}]), calm()));
  expect(error.name).toBe("Error");
  expect(error.message).toMatch(/INVALID_ARGUMENT: Not allowed/);
});

test("single entries that are refused for what passes are an outage of the batch", async () => {
  const entries = new Map([[0, "Quota exceeded."]]);
  world.fake.script = () => ({ code: "RESOURCE_EXHAUSTED", message: "Quota exceeded.", entries });
  const error = await failureOf(googleCloudSink({ client: world.client }).write(sealed([{}, {}]), calm()));
  expect(error.name).toBe("Error");
  expect(error.message).toMatch(/RESOURCE_EXHAUSTED/);
});

test("an entry from more than a day ahead is rejected, the others are kept", async () => {
  const ahead = sealed([{}], new Date(Date.now() + 25 * 3_600_000));
  const batch = [...sealed([{}]), ...ahead];
  const error = await failureOf(googleCloudSink({ client: world.client }).write(batch, calm()));
  expect(error).toMatchObject({
    rejected: [{ id: ahead[0]!.id, reason: expect.stringMatching(/24 hours/) }],
  });
  expect(await world.read()).toHaveLength(1);
});

test("that Google stores nothing older than its retention is said, once", async () => {
  const warn = jest.spyOn(process, "emitWarning").mockImplementation(() => {});
  const sink = googleCloudSink({ client: world.client, name: "old-news" });
  for (const days of [29, 31, 40])
    await sink.write(sealed([{}], new Date(Date.now() - days * 86_400_000)), calm());
  expect(warn.mock.calls).toEqual([
    [
      expect.stringMatching(/"old-news".*retention/),
      { type: "OpenRouterAudit", code: "GOOGLE_CLOUD_RETENTION" },
    ],
  ]);
  warn.mockRestore();
  expect(await world.read()).toHaveLength(1);
});

test("a sink whose credentials are missing says so, and needs no restart when they come", async () => {
  const { Logging } = await import("@google-cloud/logging");
  process.env.GOOGLE_APPLICATION_CREDENTIALS = `${import.meta.dirname}/no-such-key.json`;
  const client = new Logging({ projectId: "audited" });
  const sink = googleCloudSink({ client, logName: "calls" });
  const error = await failureOf(sink.write(sealed([{}]), calm()));
  expect(error.message).toMatch(
    /^Nothing could be sent to calls: .*no-such-key.*GOOGLE_APPLICATION_CREDENTIALS/,
  );
  delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
  // Nothing was asked of what fails for ever once it has failed.
  expect(
    (client.loggingService as unknown as { loggingServiceV2Stub?: unknown }).loggingServiceV2Stub,
  ).toBeUndefined();
});

test("when credentials come, or the search for them is given up, the next write goes through", async () => {
  const answers = [
    () => Promise.reject(new Error("Could not load the default credentials.")),
    () => new Promise<never>(() => {}),
    () => Promise.resolve({}),
  ];
  const auth = { getClient: () => answers.shift()!() };
  const client = Object.assign(Object.create(world.client) as typeof world.client, { options: {}, auth });
  const sink = googleCloudSink({ client, resource: { type: "global" } });
  const error = await failureOf(sink.write(sealed([{}]), calm()));
  expect(error.message).toMatch(/^Nothing could be sent to openrouter-audit: Could not load/);
  const stop = new AbortController();
  const hanging = failureOf(sink.write(sealed([{}]), { signal: stop.signal }));
  stop.abort(new Error("The time is up."));
  expect((await hanging).message).toBe("The time is up.");
  expect(world.fake.writes).toHaveLength(0);
  await sink.write(sealed([{}]), calm());
  expect(await world.read()).toHaveLength(1);
});

test("a client of its own is closed, one that was given is not", async () => {
  await googleCloudSink({ projectId: "audited" }).close!();
  const { client } = world;
  const sink = googleCloudSink({ client });
  await sink.write(sealed([{}]), calm());
  await sink.close!();
  await googleCloudSink({ client }).write(sealed([{}]), calm());
  expect(await world.read()).toHaveLength(2);
});

test.each<[string, object, string]>([
  ["an option that there is not", { project: "x" }, "The options are: projectId, logName"],
  [
    "no ID of a project",
    { projectId: "My Project" },
    'Option "projectId" of googleCloudSink is not right: must be the ID of a project',
  ],
  [
    "the full name of a log",
    { logName: "projects/p/logs/x" },
    'Option "logName" of googleCloudSink is not right: must be the ID of a log',
  ],
  ["a long name", { logName: "x".repeat(512) }, 'Option "logName"'],
  ["a name of other letters", { logName: "calls of ü" }, 'Option "logName"'],
  ["another client", { client: {} }, 'Option "client" of googleCloudSink is not right: must be a Logging'],
  ["no client", { client: null }, 'Option "client" of googleCloudSink is not right: must be a Logging'],
  [
    "a resource without a type",
    { resource: { labels: {} } },
    'Option "resource" of googleCloudSink is not right: must be',
  ],
  [
    "a number in a resource",
    { resource: { type: "global", labels: { a: 1 } } },
    'Option "resource" of googleCloudSink is not right: must be',
  ],
  [
    "a label of our own",
    { labels: { seq: "1" } },
    'Option "labels" of googleCloudSink is not right: must be',
  ],
  ["a number for a label", { labels: { a: 1 } }, 'Option "labels" of googleCloudSink is not right: must be'],
  [
    "a label without a name",
    { labels: { "": "1" } },
    'Option "labels" of googleCloudSink is not right: must be',
  ],
  [
    "a long name of a label",
    { labels: { ["k".repeat(513)]: "1" } },
    'Option "labels" of googleCloudSink is not right: must be',
  ],
  [
    "long labels",
    { labels: { a: "x".repeat(16_384) } },
    'Option "labels" of googleCloudSink is not right: must be',
  ],
  [
    "many labels",
    { labels: Object.fromEntries([...Array(61).keys()].map((key) => [key, ""])) },
    'Option "labels"',
  ],
  [
    "the name of a format",
    { format: "ocsf" },
    'Option "format" of googleCloudSink is not right: must be a function',
  ],
  [
    "no name of a sink",
    { name: "Google Cloud" },
    'Option "name" of googleCloudSink is not right: must be 1 to 64',
  ],
])("%s is told when the sink is made", (_what, options, words) => {
  const make = () => googleCloudSink(options);
  expect(make).toThrow(AuditError);
  const told = { code: "INVALID_OPTIONS", message: expect.stringContaining(words) };
  expect(make).toThrow(expect.objectContaining(told));
});
