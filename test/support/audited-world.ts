import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { AuditLog, type AuditLogOptions, type AuditProblem } from "@openrouter-audit/core";
import {
  type FakeOpenRouter,
  type FakeOpenRouterOptions,
  startFakeOpenRouter,
} from "@openrouter-audit/testing";
import { key, noon, secret } from "./fixed.ts";

export { key, noon, secret };

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever is there
export type AnyEntry = any;

/** An audit log, the fake OpenRouter it points to, and what both saw. */
export interface World {
  readonly fake: FakeOpenRouter;
  readonly audit: AuditLog;
  readonly directory: string;
  readonly problems: AuditProblem[];
  /** The entries of the journal as it is on the disk, without those the log writes about itself. */
  entries(): AnyEntry[];
  /** The last line of the journal. */
  lastEntry(): AnyEntry;
}

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Opens a world that ends with the test. */
export async function openWorld(
  options: { readonly fake?: FakeOpenRouterOptions; readonly audit?: AuditLogOptions } = {},
): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  endings.push(() => rmSync(directory, { recursive: true, force: true }));
  const fake = await startFakeOpenRouter({ now: () => noon, ...options.fake });
  const problems: AuditProblem[] = [];
  const audit = new AuditLog({
    directory,
    secret,
    service: "test-service",
    baseURL: fake.url,
    onProblem: (problem) => problems.push(problem),
    ...options.audit,
  });
  endings.push(
    () => audit.close().catch(() => undefined),
    () => fake.close(),
  );
  return {
    fake,
    audit,
    directory,
    problems,
    entries: () => entriesIn(directory),
    lastEntry: () => JSON.parse(journalTextIn(directory).trimEnd().split("\n").at(-1)!),
  };
}

/** The entries of a journal, without those the log writes about itself. */
export function entriesIn(directory: string): AnyEntry[] {
  return journalTextIn(directory)
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as AnyEntry)
    .filter(({ event_type }) => !event_type.startsWith("audit."));
}

/** The bytes of a journal, as text. */
export function journalTextIn(directory: string): string {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => readFileSync(join(directory, name), "utf8"))
    .join("");
}

/** Lets what was sent within this process arrive. Turns of the loop are counted, for on a busy machine time says nothing. */
export async function arrival(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  await sleep(20);
}

/** Waits for what has no event of its own. */
export async function until(condition: () => boolean, withinMs = 5_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${condition}`);
    await sleep(2);
  }
}
