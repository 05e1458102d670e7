import { setTimeout as sleep } from "node:timers/promises";
import type { Fetch } from "@openrouter-audit/core";
import { arrival, openWorld, type World } from "../support/audited-world.ts";
import type { Client } from "../support/clients/client.ts";
import { clients } from "../support/clients/clients.ts";
import { operations } from "../support/clients/operations.ts";

const mebibyte = 1 << 20;
const pieces = 1_000;
const piece = `data: ${JSON.stringify({
  id: "gen-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "openai/gpt-5-mini",
  choices: [{ index: 0, delta: { role: "assistant", content: "x".repeat(64 * 1024) }, finish_reason: null }],
})}\n\n`;
const endless = Array.from({ length: pieces }, () => piece);

// The AI SDK reads ahead by itself.
const patient = clients.filter(({ stream, holdsOn }) => stream.chat && !holdsOn?.includes("chat"));

test.each(patient)(
  "a stream that is not read on stops the sender as soon as without us, through $name",
  async (client) => {
    const world = await openWorld();
    const bare = await sentUntilStill(world, client, globalThis.fetch);
    const audited = await sentUntilStill(world, client, world.audit.fetch);
    expect(bare).toBeLessThan((pieces * piece.length) / 2);
    // What lies in the sockets differs from time to time.
    expect(audited).toBeLessThan(bare + 2 * mebibyte);
  },
);

/** How many bytes the server could send before nobody took any more. */
async function sentUntilStill({ fake }: World, client: Client, fetch: Fetch): Promise<number> {
  fake.next({ raw: { headers: { "content-type": "text/event-stream" }, body: endless } });
  const index = fake.requests.length;
  const controller = new AbortController();
  const { body } = operations.chat;
  const stream = await client.stream.chat!({ fetch, origin: fake.origin, body, signal: controller.signal });
  await stream[Symbol.asyncIterator]().next();
  let sent = -1;
  while (sent !== fake.requests[index]!.bytesSent) {
    sent = fake.requests[index]!.bytesSent;
    await sleep(150);
    // A time in which this process stood still says nothing.
    await arrival();
  }
  controller.abort();
  return sent;
}
