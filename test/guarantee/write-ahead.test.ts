import { type AuditLogOptions, publicKeyOf, readJournal, verifyJournal } from "@openrouter-audit/core";
import { type AnyEntry, openWorld, secret, until, type World } from "../support/audited-world.ts";
import { breakJournal, canBreakJournal } from "../support/break-journal.ts";
import { hello } from "../support/hello.ts";
import { asking } from "../support/same-with-audit.ts";

const writeAhead = (audit: AuditLogOptions = {}) => ({
  audit: { guarantee: "write_ahead", ...audit } as const,
});

const testBroken = canBreakJournal ? test : test.skip;
const isStart = ({ event_type }: AnyEntry) => event_type === "call_started";
const startsIn = (world: World) => world.entries().filter(isStart);
const endsIn = (world: World) => world.entries().filter((entry) => !isStart(entry));
const chatUrl = ({ fake }: World) => `${fake.url}/chat/completions`;

/** A fetch that looks, at the moment a request leaves, what the journal has. */
function looking(world: () => World, seen: AnyEntry[][]): typeof fetch {
  return (...request) => {
    seen.push(world().entries());
    return fetch(...request);
  };
}

describe("nothing is sent before its start is on the disk", () => {
  const files = () => {
    const form = new FormData();
    form.set("purpose", "batch");
    form.set("file", new Blob(["{}"]), "a.jsonl");
    return form;
  };
  test.each<[string, string, RequestInit, object, object]>([
    [
      "chat",
      "/chat/completions",
      asking(),
      { event_type: "chat_completion" },
      { model: hello.model, stream: false, attempt: 1, turn: 1 },
    ],
    [
      "a stream",
      "/chat/completions",
      asking({}, { ...hello, stream: true }),
      { event_type: "chat_completion" },
      { model: hello.model, stream: true },
    ],
    [
      "embeddings",
      "/embeddings",
      asking({}, { model: "openai/text-embedding-3-small", input: "a" }),
      { event_type: "embedding" },
      { model: "openai/text-embedding-3-small" },
    ],
    [
      "an upload",
      "/files",
      { method: "POST", body: files() },
      { event_type: "file_upload" },
      { method: "POST" },
    ],
    ["what nobody knows", "/elsewhere", {}, { event_type: "unknown_endpoint" }, { method: "GET" }],
    ["management", "/keys", {}, { event_type: "management" }, { prompt_hash: null, tools: null }],
    ["the catalogue", "/models", {}, { event_type: "catalogue" }, { call_id: expect.any(String) }],
  ])("%s", async (_what, path, init, detail, members) => {
    const seen: AnyEntry[][] = [];
    const world: World = await openWorld(writeAhead({ fetch: looking(() => world, seen) }));
    const metadata = { order: 7 };
    const response = await world.audit.run({ userId: "ada", metadata }, () =>
      world.audit.fetch(`${world.fake.url}${path}`, init),
    );
    await response.text();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toHaveLength(1);
    const [start, end] = world.entries();
    expect(seen[0]).toEqual([start]);
    expect(start).toMatchObject({
      ...members,
      event_type: "call_started",
      detail,
      user_id: "ada",
      metadata,
      status: "unknown",
      prompt_tokens: 0,
      completion_tokens: 0,
      total_tokens: 0,
      cost_usd: null,
      latency_ms: null,
      http_status: null,
      error_type: null,
      response_complete: null,
      response_hash: null,
    });
    expect(end).toMatchObject({ event_type: start.detail.event_type, detail: null });
    expect(end.id).not.toBe(start.id);
    for (const same of [
      "exchange_id",
      "call_id",
      "turn",
      "attempt",
      "timestamp",
      "prompt_hash",
      "request_bytes",
    ])
      expect([same, end[same]]).toEqual([same, start[same]]);
    expect(Object.keys(start)).toEqual(Object.keys(end));
  });

  test("of a stream the start says nothing of what it holds, and the end does", async () => {
    const world = await openWorld(writeAhead());
    const body = ReadableStream.from([Buffer.from(JSON.stringify(hello))]);
    await (await world.audit.fetch(chatUrl(world), asking({ body, duplex: "half" } as RequestInit))).text();
    const [start, end] = world.entries();
    const unknown = {
      model: null,
      prompt_hash: null,
      request_bytes: null,
      call_id: null,
      attempt: null,
      turn: null,
    };
    expect(start).toMatchObject({ event_type: "call_started", ...unknown });
    expect(end).toMatchObject({ exchange_id: start.exchange_id, model: hello.model, attempt: 1, turn: 1 });
  });

  test("what is sent is what was recorded, whatever the caller does meanwhile", async () => {
    const world = await openWorld(writeAhead());
    const init = asking();
    const sent = world.audit.fetch(chatUrl(world), init);
    init.body = "changed";
    await (await sent).text();
    expect(world.fake.requests[0]!.body).toMatchObject({ model: hello.model });
  });
});

describe("however a call ends, its start has one end", () => {
  test.each([
    ["an answer", {}, "success"],
    ["an error", { error: 402 } as const, "error"],
  ])("%s", async (_way, behaviour, status) => {
    const world = await openWorld(writeAhead());
    world.fake.next(behaviour);
    await world.audit.fetch(chatUrl(world), asking()).then((response) => response.text());
    expect(startsIn(world)).toHaveLength(1);
    expect(endsIn(world)).toEqual([
      expect.objectContaining({ status, exchange_id: startsIn(world)[0].exchange_id }),
    ]);
  });

  test("a fetch that throws", async () => {
    const failing = () => Promise.reject(new TypeError("fetch failed"));
    const world = await openWorld(writeAhead({ fetch: failing }));
    await expect(world.audit.fetch(chatUrl(world), asking())).rejects.toThrow("fetch failed");
    expect(world.entries().map(({ event_type, status }) => [event_type, status])).toEqual([
      ["call_started", "unknown"],
      ["chat_completion", "error"],
    ]);
  });

  test("a stream that is aborted", async () => {
    const world = await openWorld(writeAhead());
    world.fake.next({ text: "one two three", chunkDelayMs: 5 });
    const abort = new AbortController();
    const init = asking({ signal: abort.signal }, { ...hello, stream: true });
    const { body } = await world.audit.fetch(chatUrl(world), init);
    await body!.getReader().read();
    abort.abort();
    await until(() => endsIn(world).length === 1);
    expect(endsIn(world)).toEqual([expect.objectContaining({ status: "aborted" })]);
    expect(startsIn(world)).toHaveLength(1);
  });

  test("a call that a policy refuses was never begun, and has no start", async () => {
    const world = await openWorld(writeAhead({ policy: () => "no" }));
    await expect(world.audit.fetch(chatUrl(world), asking())).rejects.toMatchObject({ code: "CALL_REFUSED" });
    expect(world.entries().map(({ event_type }) => event_type)).toEqual(["call_refused"]);
  });

  test("close() ends those that run, and a call that waits for its start is not sent", async () => {
    const world = await openWorld(writeAhead());
    world.fake.next({ stall: "before_headers" });
    const running = world.audit.fetch(chatUrl(world), asking());
    running.catch(() => undefined);
    await world.fake.received(1);
    let name = (_user: string) => {};
    const user = () => new Promise<string>((resolve) => (name = resolve));
    const waiting = world.audit.run({ user }, () => world.audit.fetch(chatUrl(world), asking()));
    const closed = world.audit.close();
    name("ada");
    await expect(waiting).rejects.toMatchObject({ code: "LOG_CLOSED" });
    await closed;
    expect(world.fake.requests).toHaveLength(1);
    expect(endsIn(world)).toEqual([
      expect.objectContaining({ status: "unknown", error_type: "unfinished_at_close" }),
      expect.objectContaining({ status: "unknown", error_type: "unfinished_at_close", user_id: "ada" }),
    ]);
    expect(startsIn(world)).toHaveLength(1);
  });
});

test("a signal aborted while the start is waited for: nothing is sent, and the caller gets the reason", async () => {
  const world = await openWorld(writeAhead());
  let name = (_user: string) => {};
  const user = () => new Promise<string>((resolve) => (name = resolve));
  const abort = new AbortController();
  let cancelledWith: unknown;
  const cancel = (reason: unknown) => {
    cancelledWith = reason;
  };
  const body = new ReadableStream({ cancel });
  const call = world.audit.run({ user }, () =>
    world.audit.fetch(chatUrl(world), asking({ signal: abort.signal, body, duplex: "half" } as RequestInit)),
  );
  const reason = new Error("enough");
  abort.abort(reason);
  name("ada");
  await expect(call).rejects.toBe(reason);
  expect(cancelledWith).toBe(reason);
  expect(world.fake.requests).toEqual([]);
  await until(() => endsIn(world).length === 1);
  expect(endsIn(world)).toEqual([expect.objectContaining({ status: "aborted", user_id: "ada" })]);
  const idOfEnd = endsIn(world)[0].exchange_id;
  expect(startsIn(world).every(({ exchange_id }) => exchange_id === idOfEnd)).toBe(true);
});

test("a body that throws when it is let go costs nobody the reason, nor the call its end", async () => {
  const world = await openWorld(writeAhead());
  const abort = new AbortController();
  const reason = new Error("enough");
  const body = {
    [Symbol.asyncIterator]() {
      throw new Error("nobody may read this");
    },
  };
  const call = world.audit.fetch(
    chatUrl(world),
    asking({ signal: abort.signal, body, duplex: "half" } as unknown as RequestInit),
  );
  abort.abort(reason);
  await expect(call).rejects.toBe(reason);
  await until(() => endsIn(world).length === 1);
  expect(endsIn(world)).toEqual([expect.objectContaining({ status: "aborted" })]);
});

test("a signal that was aborted before is fetch's to refuse", async () => {
  const world = await openWorld(writeAhead());
  const init = asking({ signal: AbortSignal.abort() });
  await expect(world.audit.fetch(chatUrl(world), init)).rejects.toMatchObject({ name: "AbortError" });
  expect(endsIn(world)).toEqual([expect.objectContaining({ status: "aborted" })]);
  expect(startsIn(world)).toHaveLength(1);
});

describe("when the start cannot be recorded", () => {
  testBroken("block refuses the call before anything is sent, and its start has an end", async () => {
    const world = await openWorld(writeAhead());
    await world.audit.flush();
    const mend = breakJournal(world.directory);
    await expect(world.audit.fetch(chatUrl(world), asking())).rejects.toMatchObject({
      name: "AuditError",
      code: "JOURNAL_UNWRITABLE",
    });
    await expect(world.audit.fetch(chatUrl(world), asking())).rejects.toMatchObject({
      code: "JOURNAL_UNWRITABLE",
    });
    expect(world.fake.requests).toEqual([]);
    mend();
    await until(() => endsIn(world).length === 1, 15_000);
    const [end] = endsIn(world);
    expect(end).toMatchObject({ status: "error", error_type: "JOURNAL_UNWRITABLE", http_status: null });
    for (const { exchange_id } of startsIn(world)) expect(exchange_id).toBe(end.exchange_id);
  });

  testBroken("the body of a call that is not sent is let go, as fetch does of one that fails", async () => {
    const world = await openWorld(writeAhead());
    await world.audit.flush();
    const mend = breakJournal(world.directory);
    let cancelledWith: unknown;
    const cancel = (reason: unknown) => {
      cancelledWith = reason;
    };
    const call = world.audit.fetch(
      chatUrl(world),
      asking({ body: new ReadableStream({ cancel }), duplex: "half" } as RequestInit),
    );
    await expect(call).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
    expect(cancelledWith).toMatchObject({ code: "JOURNAL_UNWRITABLE" });
    mend();
  });

  testBroken("continue sends the call", async () => {
    const world = await openWorld(writeAhead({ onFailure: "continue" }));
    await world.audit.flush();
    const mend = breakJournal(world.directory);
    const answer = await world.audit.fetch(chatUrl(world), asking());
    expect(await answer.json()).toMatchObject({ object: "chat.completion" });
    mend();
    await until(() => endsIn(world).length === 1, 15_000);
    expect(world.fake.requests).toHaveLength(1);
  });
});

test("a function that finds the user may make a call itself, and does not wait for its own answer", async () => {
  const world = await openWorld(writeAhead());
  const user = async () => {
    await world.audit.fetch(chatUrl(world), asking());
    return "ada";
  };
  await world.audit.run({ user }, async () => (await world.audit.fetch(chatUrl(world), asking())).text());
  await world.audit.close();
  expect(startsIn(world).map(({ attribution }) => attribution.how)).toEqual(["unresolved", "authenticated"]);
  expect(endsIn(world).map(({ user_id }) => user_id)).toEqual(["ada", "ada"]);
});

test("a Request that was used is refused as by fetch, and recorded", async () => {
  const world = await openWorld(writeAhead());
  const request = new Request(chatUrl(world), asking());
  await (await world.audit.fetch(request)).text();
  const plain = await fetch(request).catch((error: Error) => `${error}`);
  await expect(world.audit.fetch(request).catch((error: Error) => `${error}`)).resolves.toBe(plain);
  expect(endsIn(world).map(({ status }) => status)).toEqual(["success", "error"]);
  expect(world.fake.requests).toHaveLength(1);
});

describe("when the journal does not answer", () => {
  /** A key service that never signs: the first commit never ends. */
  const stalled = (more: AuditLogOptions = {}) => {
    const publicKey = publicKeyOf(secret, "openrouter-audit");
    return writeAhead({
      rootKey: { publicKey, sign: () => new Promise<never>(() => {}) },
      recordTimeoutMs: 100,
      ...more,
    });
  };

  test("block refuses the call when its time is up, continue makes it", async () => {
    const world = await openWorld(stalled());
    await expect(world.audit.fetch(chatUrl(world), asking())).rejects.toMatchObject({
      code: "JOURNAL_UNWRITABLE",
    });
    expect(world.fake.requests).toEqual([]);
    const going = await openWorld(stalled({ onFailure: "continue" }));
    expect((await going.audit.fetch(chatUrl(going), asking())).status).toBe(200);
    expect(going.fake.requests).toHaveLength(1);
  });

  test("who aborts waits no longer", async () => {
    const world = await openWorld(stalled({ recordTimeoutMs: 1_000 }));
    const abort = new AbortController();
    const call = world.audit.fetch(chatUrl(world), asking({ signal: abort.signal }));
    const first = Promise.race([
      call.catch((error) => error.name),
      world.audit.flush().catch(() => "the journal"),
    ]);
    await new Promise(setImmediate);
    abort.abort();
    expect(await first).toBe("AbortError");
    expect(world.fake.requests).toEqual([]);
  });
});

test("readers leave starts out unless they are asked for, and count nothing twice", async () => {
  const world = await openWorld(writeAhead());
  await (await world.audit.fetch(chatUrl(world), asking())).text();
  await world.audit.close();
  const typesOf = async (filter: object) => {
    const types: string[] = [];
    for await (const { event_type } of readJournal(world.directory, filter)) types.push(event_type);
    return types;
  };
  expect(await typesOf({})).toEqual(["chat_completion"]);
  expect(await typesOf({ eventType: "call_started" })).toEqual(["call_started"]);
  expect(await typesOf({ system: true })).toEqual([
    "audit.opened",
    "call_started",
    "chat_completion",
    "audit.closed",
  ]);
  expect((await verifyJournal(world.directory)).result).toBe("intact");
});

test.each(["recorded", "best_effort"] as const)(
  "%s writes no starts, and says so in its log",
  async (guarantee) => {
    const world = await openWorld({ audit: { guarantee } });
    await (await world.audit.fetch(chatUrl(world), asking())).text();
    await world.audit.flush();
    expect(startsIn(world)).toEqual([]);
    for await (const { detail } of readJournal(world.directory, { eventType: "audit.opened" }))
      expect(detail).toMatchObject({ guarantee });
  },
);
