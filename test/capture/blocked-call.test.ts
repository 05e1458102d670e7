import { ChatOpenAI } from "@langchain/openai";
import { AuditError, blockedCall } from "@openrouter-audit/core";
import { key, openWorld } from "../support/audited-world.ts";
import { everyClient } from "../support/every-client.ts";

// It repeats what is refused for most of a minute unless told otherwise.
const { ChatOpenAI: _repeating, ChatOpenRouter: _repeatingToo, ...clients } = everyClient;

test("what blocks a call is found behind the error of every client", async () => {
  const world = await openWorld();
  await world.audit.close();
  const signal = new AbortController().signal;
  const langchain = new ChatOpenAI({
    model: "openai/gpt-5-mini",
    apiKey: key,
    maxRetries: 0,
    configuration: { baseURL: world.fake.url, fetch: world.audit.fetch },
  });
  const asked = [
    ...Object.entries(clients).map(([name, make]) => [name, make(world).whole(signal)] as const),
    ["ChatOpenAI", langchain.invoke("one two")] as const,
  ];
  const found = asked.map(async ([name, answer]) => {
    const error = await answer.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return [name, blockedCall(error)?.problem];
  });
  const expected = asked.map(([name]) => [
    name,
    expect.objectContaining({ status: 503, code: "LOG_CLOSED" }),
  ]);
  expect(await Promise.all(found)).toEqual(expected);
  expect(world.fake.requests).toHaveLength(0);
});

test.each([
  ["JOURNAL_UNWRITABLE", 503, "5"],
  ["JOURNAL_BUSY", 503, "1"],
  ["SINK_UNAVAILABLE", 503, "5"],
  ["LOG_CLOSED", 503, "5"],
  ["CALL_REFUSED", 403, undefined],
] as const)("%s is answered with %i", (code, status, wait) => {
  const cause = new Error("EROFS: read-only file system, open '/var/audit'");
  const blocked = blockedCall(new AuditError(code, "Cannot write /var/audit on db-7.", { cause }))!;
  expect(blocked.problem).toMatchObject({ status, code });
  expect(blocked.headers["retry-after"]).toBe(wait);
  expect(JSON.stringify(blocked)).not.toMatch(/\/var|db-7|EROFS/);
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["a text", "JOURNAL_UNWRITABLE"],
  ["another error", Object.assign(new Error("no"), { code: "JOURNAL_UNWRITABLE" })],
  ["a code that blocks no call", new AuditError("INVALID_ENTRY", "no")],
  [
    "an error with a status of its own",
    Object.assign(new Error("no", { cause: refusal() }), { status: 404 }),
  ],
  ["a cause that is its own cause", circle()],
])("%s is not answered", (_name, error) => {
  expect(blockedCall(error)).toBeNull();
});

function refusal(): AuditError {
  return new AuditError("LOG_CLOSED", "closed");
}

function circle(): Error {
  const error = new Error("round");
  error.cause = error;
  return error;
}

test.each<[string, object]>([
  [
    "that throws when it is looked at",
    {
      get name() {
        throw new Error("no");
      },
    },
  ],
  [
    "that calls itself one of ours, with a name that every object has",
    { name: "AuditError", code: "constructor" },
  ],
  ["whose code is no text", { name: "AuditError", code: { path: "/srv", toString: () => "JOURNAL_BUSY" } }],
])("an error %s has no answer", (_which, error) => {
  expect(blockedCall(error)).toBeNull();
});
