import { openWorld } from "../support/audited-world.ts";
import { asking } from "../support/same-with-audit.ts";

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

test("the audited fetch can stand in for the global one: it does not call itself", async () => {
  const { audit, fake, entries } = await openWorld();
  globalThis.fetch = audit.fetch;
  await (await fetch(`${fake.url}/chat/completions`, asking())).text();
  await (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();
  expect(fake.requests).toHaveLength(2);
  expect(entries()).toHaveLength(2);
});

test("so can one that is bound to somebody", async () => {
  const { audit, fake, entries } = await openWorld();
  globalThis.fetch = audit.fetchAs({ userId: "nightly-report" });
  await (await fetch(`${fake.url}/chat/completions`, asking())).text();
  expect(entries()).toEqual([expect.objectContaining({ user_id: "nightly-report" })]);
});

test("a log that is opened while another's fetch stands there does its work with the real one", async () => {
  const { audit: first, fake, entries: ofFirst } = await openWorld();
  globalThis.fetch = first.fetch;
  const second = await openWorld({ audit: { baseURL: fake.url } });
  await first.close();
  await (await second.audit.fetch(`${fake.url}/chat/completions`, asking())).text();
  expect(ofFirst()).toEqual([]);
  expect(second.entries()).toHaveLength(1);
});

test("what replaced the global fetch before or after the log was opened is used", async () => {
  const seen: string[] = [];
  const tracing =
    (name: string): typeof fetch =>
    (...request) => {
      seen.push(name);
      return real(...request);
    };
  globalThis.fetch = tracing("before");
  const { audit, fake } = await openWorld();
  globalThis.fetch = tracing("after");
  await (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();
  globalThis.fetch = audit.fetch;
  await (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();
  expect(seen).toEqual(["after", "before"]);
});

test("what wraps the global fetch later may lead back to ours when the log was given the real one", async () => {
  const { audit, fake, entries } = await openWorld({ audit: { fetch: real } });
  globalThis.fetch = (...request) => audit.fetch(...request);
  await (await fetch(`${fake.url}/chat/completions`, asking())).text();
  expect(entries()).toHaveLength(1);
});
