import type { Fetch } from "@openrouter-audit/core";
import { openWorld, until } from "../support/audited-world.ts";
import { callsIn } from "../support/same-answer.ts";
import { asking } from "../support/same-with-audit.ts";

const spellings: [string, (fetch: Fetch, url: string) => Promise<Response>][] = [
  ["fetch(url, init)", (fetch, url) => fetch(url, asking())],
  ["fetch(new Request(url, init))", (fetch, url) => fetch(new Request(url, asking()))],
];

describe.each(spellings)("%s", (_spelling, send) => {
  async function opened() {
    const world = await openWorld();
    const fetch = world.audit.fetchAs({ userId: "ada" });
    return { ...world, ask: () => send(fetch, `${world.fake.url}/chat/completions`) };
  }

  test("the entry is written when the body was read to its end", async () => {
    const { ask, entries } = await opened();
    await (await ask()).text();
    expect(entries()).toEqual([expect.objectContaining({ user_id: "ada", status: "success", attempt: 1 })]);
  });

  test("the entry is written when the body was cancelled", async () => {
    const { ask, entries, fake } = await opened();
    fake.next({ stall: { afterBytes: 5 } });
    await (await ask()).body!.cancel();
    await until(() => entries().length === 1);
    expect(entries()).toEqual([expect.objectContaining({ status: "aborted", response_complete: false })]);
  });

  test("the entry of an error is written though nobody reads it", async () => {
    const { ask, entries, fake } = await opened();
    fake.next({ error: 402 });
    await ask();
    expect(entries()).toEqual([
      expect.objectContaining({ status: "error", http_status: 402, error_type: "payment_required" }),
    ]);
  });

  test("the same question after a failure is the next attempt of the call", async () => {
    const { ask, entries, fake } = await opened();
    fake.next({ error: 500 });
    await ask();
    await (await ask()).text();
    await (await ask()).text();
    expect(callsIn(entries())).toEqual([
      [
        [1, 1],
        [1, 2],
      ],
      [[1, 1]],
    ]);
  });
});
