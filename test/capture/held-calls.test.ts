import type { CallPolicy, PlannedCall } from "@openrouter-audit/core";
import { openWorld } from "../support/audited-world.ts";
import { hello } from "../support/hello.ts";
import { asking, raw } from "../support/same-with-audit.ts";

const forbidden = { ...hello, model: "anthropic/claude-sonnet-4.5" };
const onlyOpenAI: CallPolicy = async ({ model }) => model === null || model.startsWith("openai/");

async function changedMeanwhile<T extends RequestInit>(init: T, change: (init: T, url: URL) => void) {
  const world = await openWorld({ fake: { script: [raw()] }, audit: { policy: onlyOpenAI } });
  const url = new URL(`${world.fake.url}/chat/completions`);
  const answered = world.audit.fetch(url, init);
  change(init, url);
  await (await answered).text();
  return { sent: world.fake.requests[0]!, entry: world.lastEntry() };
}

describe("while a policy is asked, what will be sent stays what it was", () => {
  test("the options, and the address", async () => {
    const { sent, entry } = await changedMeanwhile(asking(), (init, url) => {
      init.body = JSON.stringify(forbidden);
      url.pathname = "/api/v1/elsewhere";
    });
    expect(sent).toMatchObject({ path: "/api/v1/chat/completions", body: { model: hello.model } });
    expect(entry).toMatchObject({ endpoint: "/api/v1/chat/completions", model: hello.model });
  });

  test.each([
    ["a buffer", () => Buffer.from(JSON.stringify(hello)), (body: Buffer) => body.fill(32)],
    ["parameters", () => new URLSearchParams("model=a"), (body: URLSearchParams) => body.set("model", "b")],
  ])("%s", async (_what, make, change) => {
    const body = make();
    const before = body.toString();
    const { sent } = await changedMeanwhile(asking({ body }), () => change(body as never));
    expect(sent.bodyText).toBe(before);
  });

  test("a form", async () => {
    const body = new FormData();
    body.set("model", hello.model);
    const { headers: _none, ...init } = asking({ body });
    const { sent } = await changedMeanwhile(init, () => body.set("model", "changed"));
    expect(sent.bodyText).not.toContain("changed");
  });

  test("the headers", async () => {
    const headers = new Headers(asking().headers);
    const { sent } = await changedMeanwhile(asking({ headers }), () => headers.set("x-title", "changed"));
    expect(sent.headers).not.toHaveProperty("x-title");
  });

  test("a Request, whose body is spoken for as with fetch", async () => {
    const { audit, fake } = await openWorld({ fake: { script: [raw()] }, audit: { policy: onlyOpenAI } });
    const request = new Request(`${fake.url}/chat/completions`, asking());
    const answered = audit.fetch(request);
    expect(request.bodyUsed).toBe(true);
    expect((await answered).status).toBe(200);
  });
});

test("what a policy does to what it is told changes nothing", async () => {
  const policy = (call: PlannedCall) => {
    Object.assign(call.attribution, { how: "authenticated", source: "the policy" });
    Object.assign(call.parameters!, { temperature: 2 });
    return true;
  };
  const { audit, fake, lastEntry } = await openWorld({ audit: { policy } });
  await (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();
  expect(lastEntry()).toMatchObject({ attribution: { how: "no_context", source: null }, parameters: {} });
});

test("a call is not sent when the log was closed while its policy was asked", async () => {
  const world = await openWorld({
    audit: { policy: () => world.audit.close().then(() => true) },
  });
  const sent = world.audit.fetch(`${world.fake.url}/chat/completions`, asking());
  await expect(sent).rejects.toMatchObject({ code: "LOG_CLOSED" });
  expect(world.fake.requests).toEqual([]);
});
