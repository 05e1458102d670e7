import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Behaviour } from "@openrouter-audit/testing";
import { openWorld, until } from "../support/audited-world.ts";
import { answer, asking, sameWithAudit } from "../support/same-with-audit.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

const stream = 'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const slow: Behaviour = {
  raw: { headers: { "content-type": "text/event-stream" }, body: [stream.slice(0, 20), stream.slice(20)] },
  chunkDelayMs: 100,
};

/** What a probe makes of the body, plain and audited, while garbage is collected all the time. */
function sameOfBody(probe: (body: ReadableStream<Uint8Array<ArrayBuffer>>) => unknown) {
  return sameWithAudit(async ({ fetch, url }) => {
    const { body } = await fetch(url, asking());
    const collecting = setInterval(collect, 5);
    try {
      return await probe(body!);
    } finally {
      clearInterval(collecting);
      await body!.cancel().catch(() => undefined);
    }
  }, slow);
}

const said = ({ name, message }: Error) => [name, message];

function namesIn(value: object): string[] {
  const names: string[] = [];
  for (const name in value) names.push(name);
  return names;
}

test("a body and its reader look as they do", () =>
  sameOfBody((body) => {
    const before = [inspect(body), body.constructor === ReadableStream, namesIn(body).sort()];
    const reader = body.getReader();
    const shown = [inspect(reader).replace(/\[Symbol.*/g, ""), reader.constructor.name];
    reader.releaseLock();
    return [before, shown];
  }));

test("to pipe a body that is being read rejects", () =>
  sameOfBody(async (body) => {
    const reader = body.getReader();
    const failed = await body.pipeTo(new WritableStream()).catch(said);
    reader.releaseLock();
    return failed;
  }));

test("any true value keeps a body open behind a loop", () =>
  sameOfBody(async (body) => {
    for await (const _chunk of body.values({ preventCancel: 1 as never })) break;
    return (await body.getReader().read()).done;
  }));

test("only the first of the steps asked for together learns of the failure", () =>
  sameWithAudit(
    async ({ fetch, url }) => {
      const steps = (await fetch(url, asking())).body!.values();
      await steps.next();
      const settled = await Promise.allSettled([steps.next(), steps.next(), steps.next()]);
      return settled.map((step) => (step.status === "fulfilled" ? step.value.done : step.reason.name));
    },
    { ...slow, reset: { afterChunks: 1 } },
  ));

test("steps asked for together, beyond the end too, come to what they do", () =>
  sameOfBody(async (body) => {
    const steps = body.values();
    const asked = [steps.next(), steps.next(), steps.next(), steps.next()];
    const settled = (await Promise.all(asked)).map(({ done, value }) => [done, value?.length]);
    return [settled, body.locked, await steps.next(), await steps.return!()];
  }));

test("a loop that is left while a step is asked for waits for it", () =>
  sameOfBody(async (body) => {
    const steps = body.values();
    await steps.next();
    const order: string[] = [];
    const step = steps.next().then(({ done }) => order.push(`step ${done}`));
    await Promise.all([step, steps.return!().then(() => order.push("left"))]);
    return [order, body.locked, await steps.next()];
  }));

test("a loop that is left before its first step lets go of the body at once", () =>
  sameOfBody(async (body) => {
    const left = body.values().return!("left" as never);
    return [body.locked, await left, body.locked];
  }));

test("whoever asks a body for its iterator may keep it open", () =>
  sameOfBody(async (body) => {
    const iterator: (options: object) => AsyncIterator<Uint8Array> = body[Symbol.asyncIterator];
    const steps = iterator.call(body, { preventCancel: true });
    await steps.next();
    await steps.return!();
    return (await body.getReader().read()).done;
  }));

test("options that fail leave a body as it was", () =>
  sameOfBody((body) => {
    const options = {
      get preventCancel(): boolean {
        throw new Error("no options");
      },
    };
    try {
      return body.values(options);
    } catch (error) {
      return [said(error as Error), body.locked];
    }
  }));

test("the iterator of a body is one of the platform's", () =>
  sameOfBody((body) => {
    const platform = Object.getPrototypeOf(new ReadableStream().values());
    return Object.prototype.isPrototypeOf.call(platform, body.values());
  }));

test("the iterator of a body looks as it does, and its steps can be taken by whoever holds them alone", () =>
  sameOfBody(async (body) => {
    const steps = body.values();
    const look = [inspect(steps), Object.keys(steps), steps[Symbol.asyncIterator]() === steps];
    const { next, return: leave } = steps;
    const taken = (await next()).done;
    return [look, taken, await leave!("left" as never), (await next()).done];
  }));

test("a body that is piped on cannot be looped over, and can be when the pipe has left it", () =>
  sameOfBody(async (body) => {
    const full = new WritableStream({ write: () => Promise.reject(new Error("full")) });
    const piped = body.pipeTo(full, { preventCancel: true }).catch(() => undefined);
    const refused = (() => {
      try {
        return body.values();
      } catch (error) {
        return said(error as Error);
      }
    })();
    await piped;
    let chunks = 0;
    for await (const _chunk of body) chunks += 1;
    return [refused, chunks > 0, body.locked];
  }));

test("a chunk comes though nobody holds the reader that was asked for it", () =>
  sameOfBody(async (body) => {
    const reader = body.getReader();
    await reader.read();
    reader.releaseLock();
    const second = await (() => body.getReader().read())();
    return second.value?.length;
  }));

test.each<[string, (body: ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<unknown>]>([
  [
    "a reader that fills buffers",
    async (body) => {
      const reader = body.getReader({ mode: "byob" });
      await reader.read(new Uint8Array(20));
      reader.releaseLock();
    },
  ],
  [
    "a pipe that was to leave it open",
    async (body) => {
      const full = new WritableStream({ write: () => Promise.reject(new Error("full")) });
      await body.pipeTo(full, { preventCancel: true }).catch(() => undefined);
    },
  ],
])("a body is read on after %s has left it", async (_what, begin) => {
  const entries = await sameOfBody(async (body) => {
    await begin(body);
    await sleep(50);
    const reader = body.getReader();
    let bytes = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) bytes += read.value.length;
    reader.releaseLock();
    return bytes > 0;
  });
  expect(entries).toEqual([expect.objectContaining({ status: "success" })]);
});

test("a call whose body went where we cannot see is recorded when the body is gone", async () => {
  const { audit, fake, entries } = await openWorld({ audit: { fetch: async () => new Response(answer) } });
  await (async () => {
    const response = await audit.fetch(`${fake.url}/chat/completions`, asking());
    const moved = structuredClone(response.body!, { transfer: [response.body! as never] });
    expect(await new Response(moved).text()).toBe(answer);
  })();
  await until(() => {
    collect();
    return entries().length === 1;
  });
  expect(entries()).toEqual([
    expect.objectContaining({ status: "unknown", error_type: "unobservable_body", response_complete: null }),
  ]);
});

test("whoever keeps a response that was read keeps nothing of the request", async () => {
  const { audit, fake } = await openWorld({ audit: { fetch: async () => new Response(answer) } });
  const send = async () => {
    const init = asking();
    const response = await audit.fetch(`${fake.url}/chat/completions`, init);
    await response.text();
    return { response, sent: new WeakRef(init) };
  };
  const { response, sent } = await send();
  await until(() => {
    collect();
    return sent.deref() === undefined;
  });
  expect(response.bodyUsed).toBe(true);
});

test.each<[string, (body: ReadableStream) => unknown]>([
  ["to a stream", (body) => body.pipeThrough(new TransformStream())],
  [
    "that is left open",
    (body) => body.pipeTo(new WritableStream(), { preventCancel: true }).catch(() => undefined),
  ],
  ["in two", (body) => body.tee()],
])("a body that is piped %s counts as used, or not, from the same moment", async (_what, pipe) => {
  await sameWithAudit(async ({ fetch, url }) => {
    const response = await fetch(url, asking());
    pipe(response.body!);
    return [response.bodyUsed, response.body!.locked];
  }, slow);
});
