import { setTimeout as sleep } from "node:timers/promises";
import { type AuditContext, type Fetch, readJournal, type UserAnswer } from "@openrouter-audit/core";
import { key, openWorld, type World } from "../support/audited-world.ts";
import { asking } from "../support/same-with-audit.ts";

const authenticated = (user_id: string, source = "context") => ({
  user_id,
  attribution: { how: "authenticated", source },
});
const nobody = (how: string) => ({ user_id: null, attribution: { how, source: null } });
const facts = { id: "r", method: "GET", route: "/", ip: null, user_agent: null, trace_id: null };

async function ask({ fake, audit }: World, fetch: Fetch = audit.fetch) {
  await (await fetch(`${fake.url}/chat/completions`, asking())).text();
}

async function recorded(context: AuditContext) {
  const world = await openWorld();
  await world.audit.run(context, () => ask(world));
  return { entry: world.entries()[0], problems: world.problems };
}

test("a call outside any context has no user", async () => {
  const world = await openWorld();
  await ask(world);
  expect(world.entries()).toEqual([expect.objectContaining(nobody("no_context"))]);
});

test.each<[string, AuditContext, string]>([
  ["nothing", {}, "no_context"],
  ["metadata only", { metadata: { job: 1 }, tenantId: "acme" }, "no_context"],
  ["nobody", { userId: null }, "anonymous"],
  ["an empty name", { userId: "" }, "anonymous"],
  ["a user function without an answer", { user: () => null }, "anonymous"],
  ["a request", { request: () => facts }, "anonymous"],
])("a context that says %s is nobody's", async (_what, context, how) => {
  const world = await openWorld();
  const { audit } = world;
  await audit.run(context, () => ask(world));
  await audit.run(context, () => audit.run({ metadata: { inner: 1 } }, () => ask(world)));
  expect(world.entries()).toMatchObject([nobody(how), nobody(how)]);
});

test("a request inside a context without a user is anonymous", async () => {
  const world = await openWorld();
  const { audit } = world;
  await audit.run({ metadata: { job: 1 } }, () => audit.run({ request: () => facts }, () => ask(world)));
  expect(world.entries()).toMatchObject([nobody("anonymous")]);
});

test("only a user that is left out is inherited: null means nobody", async () => {
  const world = await openWorld();
  const { audit } = world;
  await audit.run({ user: () => "ada" }, async () => {
    await audit.run({ userId: null }, () => ask(world));
    await audit.run({ userId: null }, () => audit.run({ metadata: {} }, () => ask(world)));
    await audit.run({ tenantId: "acme" }, () => ask(world));
  });
  expect(world.entries()).toMatchObject([
    nobody("anonymous"),
    nobody("anonymous"),
    { ...authenticated("ada", "user()"), tenant_id: "acme" },
  ]);
});

test("ask() without a user, outside any request, has no user", async () => {
  const { audit, entries } = await openWorld({ audit: { apiKey: key } });
  await audit.ask("hello", { model: "openai/gpt-5-mini" });
  expect(entries()).toMatchObject([nobody("no_context")]);
});

test("a call inside run() has the user of the context, across timers and promises", async () => {
  const world = await openWorld();
  await world.audit.run({ userId: "ada" }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([ask(world), ask(world)]);
  });
  await ask(world);
  expect(world.entries().map(({ user_id }) => user_id)).toEqual(["ada", "ada", null]);
});

test.each([
  [42, "42"],
  [42n, "42"],
  ["4111111111111111", "4111111111111111"],
])("an event names its own user, not that of the context around it: %p", async (user_id, recorded) => {
  const { audit, lastEntry } = await openWorld();
  await audit.run({ userId: "ada" }, () => audit.record({ event_type: "test.event", user_id }));
  expect(lastEntry()).toMatchObject(authenticated(recorded));
});

test("an event of its own user has nothing of what came with another, and what the context around it says", async () => {
  const { audit, lastEntry } = await openWorld();
  const user = () => ({ id: "ada", tenantId: "acme", sessionId: "s1" });
  const event = { event_type: "test.event", user_id: "bob" };
  await audit.run({ user }, () => audit.record(event));
  expect(lastEntry()).toMatchObject({ ...authenticated("bob"), tenant_id: null, session_id: null });
  await audit.run({ user, tenantId: "globex", metadata: { a: 1 } }, () => audit.record(event));
  expect(lastEntry()).toMatchObject({ ...authenticated("bob"), tenant_id: "globex", metadata: { a: 1 } });
});

test.each(["", Number.NaN])("an event of a user who has no id is nobody's: %p", async (user_id) => {
  const { audit, lastEntry } = await openWorld();
  await audit.run({ userId: "ada" }, () => audit.record({ event_type: "test.event", user_id }));
  expect(lastEntry()).toMatchObject({ user_id: null, attribution: { how: "anonymous" } });
});

test.each([() => 1, Symbol("success"), 7, "fine"])(
  "an event with the status %p is refused",
  async (status) => {
    const { audit, entries } = await openWorld();
    const refused = audit.record({ event_type: "test.event", status: status as never });
    await expect(refused).rejects.toMatchObject({ code: "INVALID_ENTRY" });
    expect(entries()).toEqual([]);
  },
);

test("work that plans its next round from inside itself may go on for ever", async () => {
  const world = await openWorld();
  await new Promise<void>((done) => {
    const round = (number: number) => {
      if (number === 20_000) return done(ask(world));
      const userId = number === 0 ? { userId: "ada", tenantId: "acme" } : {};
      world.audit.run({ ...userId, metadata: { number } }, () => setImmediate(round, number + 1));
    };
    round(0);
  });
  const inherited = { ...authenticated("ada"), tenant_id: "acme", metadata: { number: 19_999 } };
  expect(world.lastEntry()).toMatchObject(inherited);
});

test("the inner context wins, and inherits what it does not say", async () => {
  const world = await openWorld();
  const { audit } = world;
  const outer = { userId: "ada", tenantId: "acme", sessionId: "s1", metadata: { a: 1, b: 1 } };
  await audit.run(outer, async () => {
    await audit.run({ userId: "bob", metadata: { b: 2 } }, () => ask(world));
    await audit.run({ sessionId: "s2" }, () => ask(world));
    await audit.run({ tenantId: "other" }, () => ask(world));
    await ask(world);
  });
  expect(world.entries()).toMatchObject([
    { ...authenticated("bob"), tenant_id: "acme", session_id: "s1", metadata: { a: 1, b: 2 } },
    { ...authenticated("ada"), tenant_id: "acme", session_id: "s2", metadata: { a: 1, b: 1 } },
    { ...authenticated("ada"), tenant_id: "other", session_id: "s1" },
    { ...authenticated("ada"), tenant_id: "acme", session_id: "s1" },
  ]);
});

test("the tenant that belongs to a user is not another user's", async () => {
  const world = await openWorld();
  const { audit } = world;
  await audit.run({ user: () => ({ id: "ada", tenantId: "acme" }) }, async () => {
    await audit.run({}, () => ask(world));
    await audit.run({ userId: "bob" }, () => ask(world));
  });
  expect(world.entries()).toMatchObject([
    { ...authenticated("ada", "user()"), tenant_id: "acme" },
    { ...authenticated("bob"), tenant_id: null },
  ]);
});

test("a bound fetch keeps its context wherever it is called", async () => {
  const world = await openWorld();
  const { audit } = world;
  const fetch = audit.run({ tenantId: "acme" }, () => audit.fetchAs({ userId: "ada" }));
  await audit.run({ userId: "bob" }, () => ask(world, fetch));
  await ask(world, fetch);
  const expected = { ...authenticated("ada"), tenant_id: "acme" };
  expect(world.entries()).toMatchObject([expected, expected]);
});

test("a thousand users at once are never mixed up", async () => {
  const world = await openWorld({ audit: { fetch: async () => new Response("{}") } });
  const { audit, fake } = world;
  await Promise.all(
    Array.from({ length: 1_000 }, (_, n) =>
      audit.run({ user: async () => `user-${n}` }, async () => {
        await new Promise((resolve) => setTimeout(resolve, n % 7));
        const body = JSON.stringify({ user: `user-${n}`, messages: [] });
        await (await audit.fetch(`${fake.url}/chat/completions`, asking({ body }))).text();
      }),
    ),
  );
  const entries = world.entries();
  expect(new Set(entries.map(({ user_id }) => user_id)).size).toBe(1_000);
  expect(entries.filter(({ user_id, claimed_user }) => user_id !== claimed_user)).toEqual([]);
});

test.each<[string, UserAnswer, string]>([
  ["a text", "ada", "ada"],
  ["a number", 42, "42"],
  ["zero", 0, "0"],
  ["a bigint", 12345678901234567890n, "12345678901234567890"],
  ["digits that could be a card number", "4111111111111111", "4111111111111111"],
  ["a UUID with such digits", "41111111-1111-1111-8111-111111111111", "41111111-1111-1111-8111-111111111111"],
])("a user may be %s", async (_name, user, user_id) => {
  expect((await recorded({ user: () => user })).entry).toMatchObject(authenticated(user_id, "user()"));
  expect(
    (await recorded({ user: () => ({ id: user as string, source: "req.user.id" }) })).entry,
  ).toMatchObject(authenticated(user_id, "req.user.id"));
  expect((await recorded({ userId: user as string })).entry).toMatchObject(authenticated(user_id));
});

test.each<[string, unknown]>([
  ["null", null],
  ["undefined", undefined],
  ["an empty text", ""],
])("%s is nobody", async (_name, user) => {
  expect((await recorded({ user: () => user as UserAnswer })).entry).toMatchObject(nobody("anonymous"));
});

test.each<[string, unknown]>([
  ["no number", Number.NaN],
  ["an object without an id", { name: "ada" }],
])("%s is somebody whom nobody knows", async (_name, user) => {
  expect((await recorded({ user: () => user as UserAnswer })).entry).toMatchObject(nobody("unresolved"));
});

test("ids that look like secrets, or are too long, are hidden and stay those of different users", async () => {
  const world = await openWorld();
  const { audit, directory } = world;
  const long = "x".repeat(300);
  const ids = ["sk-customer-1", "sk-customer-2", `${long}1`, `${long}2`, "x".repeat(256)];
  for (const userId of ids)
    await audit.run({ userId, tenantId: userId, sessionId: userId }, () => ask(world));
  const kept = world.entries().map(({ user_id }) => user_id);
  expect(new Set(kept).size).toBe(ids.length);
  for (const id of kept.slice(0, 4)) expect(id).toMatch(/^sha256:[0-9a-f]{32}$/);
  expect(kept[4]).toBe(ids[4]);
  for (const { user_id, tenant_id, session_id } of world.entries())
    expect([tenant_id, session_id]).toEqual([user_id, user_id]);
  for (const [index, userId] of ids.entries()) {
    const found: unknown[] = [];
    for await (const { user_id } of readJournal(directory, { userId })) found.push(user_id);
    expect(found).toEqual([kept[index]]);
  }
});

test.each<[string, () => Promise<UserAnswer>]>([
  [
    "throws",
    () => {
      throw new Error("no session store");
    },
  ],
  ["rejects", () => Promise.reject(new Error("no session store"))],
])("a user function that %s leaves the call unresolved, and is reported", async (_name, user) => {
  const { entry, problems } = await recorded({ user });
  expect(entry).toMatchObject({ ...nobody("unresolved"), status: "success" });
  expect(problems).toMatchObject([{ code: "USER_UNRESOLVED", cause: { message: "no session store" } }]);
});

test("a user where a function belongs is told that an id is given as userId", async () => {
  const { entry, problems } = await recorded({ user: "ada" } as never);
  expect(entry).toMatchObject(nobody("unresolved"));
  expect(problems).toEqual([
    expect.objectContaining({
      code: "USER_UNRESOLVED",
      message: expect.stringMatching(/`user` must be a function.*an id is given as `userId`\.$/),
    }),
  ]);
});

test("a user function that never answers holds a call up for five seconds, and leaves it unresolved", async () => {
  const begun = performance.now();
  const { entry, problems } = await recorded({ user: () => new Promise(() => {}) });
  expect(performance.now() - begun).toBeLessThan(9_000);
  expect(entry).toMatchObject({ ...nobody("unresolved"), status: "success" });
  expect(problems).toMatchObject([{ code: "USER_UNRESOLVED" }]);
}, 60_000);

test("a function that finds the user may record what it does, and does not wait for itself", async () => {
  const world = await openWorld();
  const user = async () => {
    await world.audit.record({ event_type: "app.session_found" });
    return "ada";
  };
  await world.audit.run({ user }, () => ask(world));
  expect(world.entries().map(({ attribution }) => attribution.how)).toEqual(["unresolved", "authenticated"]);
  expect(world.problems).toEqual([]);
});

test.each([2, 3])(
  "functions of %d scopes that find their users through each other do not wait in a circle",
  async (size) => {
    const world = await openWorld();
    const scopes = Array.from({ length: size }, (_, place) =>
      world.audit.newScope({
        user: async () => {
          await ask(world, scopes[(place + 1) % size]!.with({ from: place }).fetch);
          return `user-${place}`;
        },
      }),
    );
    const begun = performance.now();
    await ask(world, scopes[0]!.fetch);
    expect(performance.now() - begun).toBeLessThan(4_000);
    // The call that closes the circle is part of finding whom it is for.
    const names = scopes.map((_, place) => `user-${place}`);
    expect(world.entries().map(({ user_id }) => user_id)).toEqual([null, ...names.toReversed()]);
    expect(world.entries()[0]).toMatchObject(nobody("unresolved"));
    expect(world.problems).toEqual([]);
  },
);

test("what outlives the function that found the user is for the user", async () => {
  const world = await openWorld();
  let outliving!: Promise<void>;
  const user = () => {
    outliving = sleep(50).then(() => ask(world));
    return "ada";
  };
  await world.audit.run({ user }, () => ask(world));
  await outliving;
  expect(world.entries().map(({ user_id }) => user_id)).toEqual(["ada", "ada"]);
});

test.each(["userId", "user"])("%s that cannot be looked at leaves the call unresolved", async (member) => {
  const failing = () => {
    throw new Error("no session store");
  };
  const context = Object.defineProperty({ tenantId: "acme" }, member, { get: failing });
  const { entry, problems } = await recorded(context);
  expect(entry).toMatchObject({ attribution: { how: "unresolved" }, tenant_id: "acme", status: "success" });
  expect(problems).toMatchObject([{ code: "USER_UNRESOLVED", cause: { message: "no session store" } }]);
});

test.each(["tenantId", "sessionId", "request", "metadata"])(
  "%s that cannot be looked at costs no call its entry, nor its user",
  async (member) => {
    const failing = () => {
      throw new Error("no session store");
    };
    const context = Object.defineProperty({ userId: "ada" }, member, { get: failing });
    const { entry } = await recorded(context);
    expect(entry).toMatchObject({ ...authenticated("ada"), status: "success", metadata: {}, request: null });
  },
);

test("who logs in between two calls is the user of the second; who was found is not asked for again", async () => {
  const world = await openWorld();
  const session: { user?: string } = {};
  let asked = 0;
  const user = () => {
    asked += 1;
    return session.user;
  };
  await world.audit.run({ user }, async () => {
    await ask(world);
    session.user = "ada";
    await ask(world);
    session.user = "mallory";
    await ask(world);
  });
  expect(world.entries().map(({ user_id }) => user_id)).toEqual([null, "ada", "ada"]);
  expect(asked).toBe(2);
});
