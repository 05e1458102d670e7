import { createHash } from "node:crypto";
import { createReadStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { type VerifyJournalOptions, verifyJournal } from "@openrouter-audit/core";
import { answerParent } from "./child.ts";
import { canonical } from "./plain-canonical.ts";

/** One way to read a journal. */
export type Way =
  | ({ readonly how: "verify" } & Pick<VerifyJournalOptions, "roots" | "signatures" | "workers">)
  | { readonly how: "restringify" | "sha256" };

export interface ReadingCost {
  readonly wallMs: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
  readonly lines: number;
}

answerParent(
  async ({ directory, way }: { directory: string; way: Way }): Promise<ReadingCost> => {
    globalThis.gc?.();
    const begun = performance.now();
    const before = process.cpuUsage();
    const lines = await read(directory, way);
    const { user, system } = process.cpuUsage(before);
    return { wallMs: performance.now() - begun, cpuMs: (user + system) / 1e3, lines };
  },
  () => undefined,
);

async function read(directory: string, way: Way): Promise<number> {
  if (way.how === "verify") return verified(directory, way);
  let lines = 0;
  for (const file of readdirSync(directory)) {
    if (!file.endsWith(".jsonl")) continue;
    const path = join(directory, file);
    if (way.how === "restringify") lines += await restringified(path);
    else await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), createHash("sha256"));
  }
  return lines;
}

async function verified(directory: string, options: VerifyJournalOptions): Promise<number> {
  const { result, entries } = await verifyJournal(directory, options);
  if (result !== "intact") throw new Error(`The journal is ${result}, and should be intact.`);
  return entries;
}

/** What one writes without much thought: each line parsed, its entry written anew in canonical form, and hashed. */
async function restringified(path: string): Promise<number> {
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const entry = JSON.parse(line);
    delete entry.chain_hash;
    delete entry.signature;
    const digest = createHash("sha256").update(canonical(entry)).digest("base64");
    if (digest.length === 44) lines += 1;
  }
  return lines;
}
