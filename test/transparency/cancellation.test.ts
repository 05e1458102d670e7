import type { Fetch } from "@openrouter-audit/core";
import { openWorld, until, type World } from "../support/audited-world.ts";
import type { Client } from "../support/clients/client.ts";
import { clients } from "../support/clients/clients.ts";
import { type OperationName, operations } from "../support/clients/operations.ts";

const text = "one two three four five six seven eight nine ten";
const stopping = ["break", "abort"] as const;
const forms = ["chat", "completion", "response", "message"] as const satisfies OperationName[];
const attempts = 5;
const allowedMs = 50;

const cases = forms.flatMap((form) =>
  clients
    .filter(({ stream, holdsOn }) => stream[form] && !holdsOn?.includes(form))
    .flatMap((client) => stopping.map((how) => ({ form, client, how, name: client.name }))),
);

test.each(cases)(
  `$form, $how: OpenRouter learns of it through $name at most ${allowedMs} ms later than without us`,
  async ({ form, client, how }) => {
    const world = await openWorld();
    const bare: number[] = [];
    const audited: number[] = [];
    // In turns, so that what else the machine does falls on both alike; the quickest of each, because it may do much.
    for (let attempt = 0; attempt < attempts; attempt++) {
      bare.push(await untilClosed(world, client, form, how, globalThis.fetch));
      audited.push(await untilClosed(world, client, form, how, world.audit.fetch));
    }
    expect(Math.min(...audited) - Math.min(...bare)).toBeLessThan(allowedMs);
  },
);

/** How long it takes, in milliseconds, from the moment a client stops until the server sees the connection close. */
async function untilClosed(
  { fake }: World,
  client: Client,
  form: OperationName,
  how: (typeof stopping)[number],
  fetch: Fetch,
): Promise<number> {
  fake.next({ text, stall: { afterChunks: 8 } });
  const index = fake.requests.length;
  const controller = new AbortController();
  const { body } = operations[form] as { readonly body: object };
  const call = { fetch, origin: fake.origin, body: { ...body }, signal: controller.signal };
  let stopped = Number.NaN;
  try {
    for await (const _piece of await client.stream[form]!(call)) {
      stopped = performance.now();
      if (how === "break") break;
      controller.abort();
    }
  } catch {
    // Some clients throw when they are aborted.
  }
  await until(() => fake.requests[index]!.clientClosed);
  return performance.now() - stopped;
}
