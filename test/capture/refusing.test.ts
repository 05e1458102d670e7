import { AuditError, type CallPolicy, digestPrompt, type PlannedCall } from "@openrouter-audit/core";
import { openRouterClient } from "@openrouter-audit/core/openai";
import { key, openWorld, secret, until } from "../support/audited-world.ts";
import { chatClients } from "../support/chat-clients.ts";
import { hello } from "../support/hello.ts";
import { asking } from "../support/same-with-audit.ts";

const onlyOpenAI: CallPolicy = ({ model }) =>
  model?.startsWith("openai/") || `The model ${model} is not allowed.`;
const zdrRequired: CallPolicy = ({ policy }) => (policy?.zdr === true ? null : "zdr is required here.");
const other = { ...hello, model: "anthropic/claude-sonnet-4.5" };

describe("a call that the policy refuses", () => {
  test("is not sent, throws a typed error, and is an entry", async () => {
    const world = await openWorld({ audit: { policy: onlyOpenAI } });
    const sent = world.audit.fetchAs({ userId: "ada" })(
      `${world.fake.url}/chat/completions`,
      asking({}, other),
    );
    await expect(sent).rejects.toMatchObject({
      name: "AuditError",
      code: "CALL_REFUSED",
      message: expect.stringContaining("anthropic/claude-sonnet-4.5 is not allowed"),
    });
    expect(world.fake.requests).toEqual([]);
    expect(world.entries()).toEqual([
      expect.objectContaining({
        event_type: "call_refused",
        user_id: "ada",
        status: "error",
        error_type: "refused_by_policy",
        error_message: "The model anthropic/claude-sonnet-4.5 is not allowed.",
        endpoint: "/api/v1/chat/completions",
        model: "anthropic/claude-sonnet-4.5",
        prompt_hash: digestPrompt(hello.messages, { secret }),
        response_hash: null,
        http_status: null,
        cost_usd: null,
        attempt: 1,
      }),
    ]);
    await (await world.audit.fetch(`${world.fake.url}/chat/completions`, asking())).text();
    expect(world.entries()).toHaveLength(2);
  });

  test.each(chatClients)("with $name is refused before anything is sent", async ({ whole, stream }) => {
    const world = await openWorld({ audit: { policy: onlyOpenAI } });
    const { signal } = new AbortController();
    const call = { fetch: world.audit.fetch, origin: world.fake.origin, body: other, signal };
    const read = async () => {
      for await (const _piece of await stream(call));
    };
    await expect(whole(call)).rejects.toThrow();
    await expect(read()).rejects.toThrow();
    expect(world.fake.requests).toEqual([]);
    const entries = world.entries();
    expect(entries.length).toBeGreaterThanOrEqual(2);
    for (const entry of entries) expect(entry.event_type).toBe("call_refused");
  });

  test("is thrown by our openai client as it is, once", async () => {
    const world = await openWorld({ audit: { policy: zdrRequired } });
    const { chat } = openRouterClient(world.audit, { apiKey: key });
    const error = await chat.completions.create({ ...hello } as never).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AuditError);
    expect(error).toMatchObject({
      code: "CALL_REFUSED",
      message: expect.stringContaining("zdr is required here."),
    });
    expect(world.entries()).toHaveLength(1);
    const allowed = await chat.completions.create({ ...hello, provider: { zdr: true } } as never);
    expect(allowed.choices).toHaveLength(1);
  });
});

test("a policy is told what the entry will say of the call", async () => {
  const planned: PlannedCall[] = [];
  const policy: CallPolicy = (call) => {
    planned.push(call);
  };
  const world = await openWorld({ audit: { policy } });
  const fetch = world.audit.fetchAs({ userId: "ada", tenantId: "acme", metadata: { feature: "chat" } });
  const body = { ...hello, temperature: 0.5, stream: true, models: ["a/b"] };
  await (await fetch(`${world.fake.url}/chat/completions`, asking({}, body))).text();
  const { error_type: _none, ...entry } = world.lastEntry();
  expect(planned).toHaveLength(1);
  const { tools_offered, models, ...told } = planned[0]!;
  expect(entry).toMatchObject(told);
  expect(models).toEqual([hello.model, "a/b"]);
  expect(told).toMatchObject({ model: hello.model, stream: true, policy: { fallback_models: ["a/b"] } });
  expect(tools_offered).toEqual([]);
});

test("a policy sees the body of a Request, and cannot see that of a stream", async () => {
  const models: unknown[] = [];
  const policy: CallPolicy = ({ model }) => {
    models.push(model);
  };
  const world = await openWorld({ audit: { policy } });
  const url = `${world.fake.url}/chat/completions`;
  await (await world.audit.fetch(new Request(url, asking()))).text();
  const body = new Blob([JSON.stringify(hello)]).stream();
  await (await world.audit.fetch(url, asking({ body, duplex: "half" } as RequestInit))).text();
  expect(models).toEqual([hello.model, null]);
  expect(world.entries().map(({ model }) => model)).toEqual([hello.model, hello.model]);
});

describe("a policy that fails refuses", () => {
  const failing: Record<string, CallPolicy> = {
    "and throws": () => {
      throw new Error("The list of models could not be read.");
    },
    "and rejects": () => Promise.reject(new Error("The list of models could not be read.")),
    "and gives what is no answer": (() => ({ allow: true })) as never,
    "and is silent": () => new Promise<undefined>(() => undefined),
    "and gives no reason": () => false,
  };
  test.each(Object.keys(failing))("%s", async (how) => {
    const world = await openWorld({ audit: { policy: failing[how]! } });
    const sent = world.audit.fetch(`${world.fake.url}/chat/completions`, asking());
    await expect(sent).rejects.toMatchObject({ code: "CALL_REFUSED" });
    expect(world.fake.requests).toEqual([]);
    const error_type = how === "and gives no reason" ? "refused_by_policy" : "policy_failed";
    expect(world.entries()).toEqual([expect.objectContaining({ event_type: "call_refused", error_type })]);
  });
});

describe('with withoutUser: "refuse"', () => {
  test("a call for nobody is refused, and one for somebody is made", async () => {
    const world = await openWorld({ audit: { withoutUser: "refuse" } });
    const url = `${world.fake.url}/chat/completions`;
    await expect(world.audit.fetch(url, asking())).rejects.toMatchObject({ code: "CALL_REFUSED" });
    await expect(world.audit.run({}, () => world.audit.fetch(url, asking()))).rejects.toThrow(
      /Nobody is known/,
    );
    await (await world.audit.fetchAs({ userId: "ada" })(url, asking())).text();
    expect(
      world.entries().map(({ event_type, error_type, user_id }) => [event_type, error_type, user_id]),
    ).toEqual([
      ["call_refused", "refused_without_user", null],
      ["call_refused", "refused_without_user", null],
      ["chat_completion", null, "ada"],
    ]);
    expect(world.fake.requests).toHaveLength(1);
  });

  test("a user who cannot be found is nobody", async () => {
    const world = await openWorld({ audit: { withoutUser: "refuse" } });
    const context = { user: () => Promise.reject(new Error("The session store is away.")) };
    const sent = world.audit.fetchAs(context)(`${world.fake.url}/chat/completions`, asking());
    await expect(sent).rejects.toThrow(/unresolved/);
  });
});

test("a closed log refuses before the policy is asked", async () => {
  const world = await openWorld({
    audit: {
      policy: () => {
        throw new Error("asked");
      },
    },
  });
  await world.audit.close();
  const sent = world.audit.fetch(`${world.fake.url}/chat/completions`, asking());
  await expect(sent).rejects.toMatchObject({ code: "LOG_CLOSED" });
  expect(world.fake.requests).toEqual([]);
});

test("a log that is closed is thrown by our openai client as it is", async () => {
  const world = await openWorld();
  const { chat } = openRouterClient(world.audit, { apiKey: key });
  await world.audit.close();
  await expect(chat.completions.create(hello as never)).rejects.toMatchObject({ code: "LOG_CLOSED" });
});

test("a policy sees every model that may answer", async () => {
  const told: PlannedCall[] = [];
  const policy: CallPolicy = (call) => {
    told.push(call);
  };
  const { audit, fake } = await openWorld({ audit: { policy } });
  const ask = (body: object) =>
    audit.fetch(`${fake.url}/chat/completions`, asking({}, { ...hello, ...body }));
  await ask({ models: ["deepseek/deepseek-chat-v3.1"] });
  await ask({ model: undefined });
  await ask({ tools: [{ type: "openrouter:advisor", parameters: { model: "a/b" } }] });
  expect(told.map(({ models }) => models)).toEqual([
    [hello.model, "deepseek/deepseek-chat-v3.1"],
    [],
    [hello.model, "a/b"],
  ]);
});

test.each([{ model: hello.model }, { model: undefined }])(
  "a policy does not decide about more models than it is told: %j",
  async ({ model }) => {
    const { audit, fake } = await openWorld({ audit: { policy: () => true } });
    const models = Array.from({ length: 129 }, (_, index) => `a/${index}`);
    const asked = audit.fetch(`${fake.url}/chat/completions`, asking({}, { ...hello, model, models }));
    await expect(asked).rejects.toMatchObject({ code: "CALL_REFUSED" });
    expect(fake.requests).toEqual([]);
  },
);

test("an upload gives something away, and is asked about; looking at models and files is not", async () => {
  const { audit, fake, entries } = await openWorld({ audit: { policy: () => "No.", withoutUser: "refuse" } });
  const body = new FormData();
  body.set("file", new File(["secret plans"], "plans.txt"));
  await expect(audit.fetch(`${fake.url}/files`, { method: "POST", body })).rejects.toThrow(AuditError);
  for (const path of ["/files", "/models"]) await (await audit.fetch(fake.url + path)).text();
  expect(fake.requests.map(({ method }) => method)).toEqual(["GET", "GET"]);
  expect(entries().map(({ event_type }) => event_type)).toEqual(["call_refused", "file", "catalogue"]);
});

test("a call that is aborted while its policy is asked is over at once, and not sent", async () => {
  let answer!: (given: boolean) => void;
  const policy = () => new Promise<boolean>((resolve) => (answer = resolve));
  const world = await openWorld({ audit: { policy } });
  const caller = new AbortController();
  const sent = world.audit.fetch(`${world.fake.url}/chat/completions`, asking({ signal: caller.signal }));
  await until(() => answer !== undefined);
  const reason = new Error("no longer wanted");
  caller.abort(reason);
  await expect(sent).rejects.toBe(reason);
  answer(false);
  await world.audit.close();
  expect(world.fake.requests).toEqual([]);
  expect(world.entries()).toEqual([
    expect.objectContaining({ event_type: "chat_completion", status: "aborted", http_status: null }),
  ]);
});

test.each(["init", "Request"])("the body of a refused call is let go: %s", async (how) => {
  const { audit, fake } = await openWorld({ audit: { policy: () => "No." } });
  let isCancelled = false;
  const body = new ReadableStream({
    cancel() {
      isCancelled = true;
    },
  });
  const url = `${fake.url}/chat/completions`;
  const init = asking({ body, duplex: "half" } as RequestInit);
  const sent = how === "init" ? audit.fetch(url, init) : audit.fetch(new Request(url, init));
  await expect(sent).rejects.toMatchObject({ code: "CALL_REFUSED" });
  expect(isCancelled).toBe(true);
});
