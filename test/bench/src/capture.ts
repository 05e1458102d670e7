import type { AnswerKind } from "./answers.ts";
import type { Benchmark, RunOptions, Section } from "./benchmark.ts";
import { captureRows } from "./capture-rows.ts";
import { startChild } from "./child.ts";
import { type Effort, measureCase } from "./measure-case.ts";

const sizes = {
  // A batch is to last long enough that what the collector and the timers do falls on every batch alike.
  fetch: { json: { 1: 400, 64: 2560 }, stream: { 1: 250, 64: 768 } },
  client: { json: { 1: 250, 64: 768 }, stream: { 1: 120, 64: 320 } },
} as const;

const full: Effort = { generations: 3, warmUps: 3, rounds: 5 };
const smoke: Effort = { generations: 1, warmUps: 0, rounds: 1 };

export const capture: Benchmark = {
  purpose:
    "What an audited call costs: CPU time added to a bare fetch, and to the openai client with its latency.",
  async run(options) {
    const server = startChild("server", {});
    try {
      const { url } = await server.ask<{ url: string }>({});
      return [
        await section(options, "fetch", null, {
          title: "Audited fetch over a fetch without a network",
          note:
            "CPU time of all threads for each call, journal on the disk included (fdatasync). Limits: at 64 at once an audited " +
            'call may add 60 µs, an audited stream of 50 chunks 150 µs. "in a context" is a bare call inside a context of ' +
            'AsyncLocalStorage, which an audited call needs and many applications have already: what Node asks for it. "bare again" is ' +
            "a bare call against itself: the noise.",
        }),
        await section(options, "client", url, {
          title: "The openai client over HTTP to a server in another process",
          note:
            "CPU time of the calling process; latency until the answer is read. The tracing SDKs run with their defaults and " +
            "send their spans to the same server. Limits: audited calls add at most a quarter of what the lighter SDK adds; what " +
            '"audited" says of latency is not to be told from what "bare again" says.',
        }),
      ];
    } finally {
      await server.end();
    }
  },
};

async function section(
  { quick, progress }: RunOptions,
  way: keyof typeof sizes,
  server: string | null,
  words: Pick<Section, "title" | "note">,
): Promise<Section> {
  const table = captureRows(way === "client");
  for (const answer of ["json", "stream"] as const satisfies AnswerKind[]) {
    for (const concurrency of [1, 64] as const) {
      const calls = quick ? concurrency : sizes[way][answer][concurrency];
      progress(`${words.title}: ${answer}, ${concurrency} at once`);
      const size = { calls, concurrency };
      const warmUp = { calls: sizes[way][answer][64], concurrency: 64 };
      const rounds = await measureCase({ answer, server }, size, warmUp, quick ? smoke : full);
      table.add({ answer, concurrency }, rounds);
    }
  }
  return { ...words, columns: table.columns, rows: table.rows };
}
