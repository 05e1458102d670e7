import { strict as assert } from "node:assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditEntry, lineOf, verifyJournal } from "@openrouter-audit/core";
import type { SampleLog } from "./sample-log.ts";
import type { SinkUnderTest } from "./sink-under-test.ts";

/** Asserts that the place has every entry of a log but those set aside: once, in order, the same to the byte, and verified. */
export async function assertKept(
  { readBack }: SinkUnderTest,
  log: SampleLog,
  setAside: ReadonlySet<string>,
): Promise<void> {
  const ids = [...log.lines.keys()].filter((id) => !setAside.has(id));
  const kept: AuditEntry[] = [];
  for await (const each of await readBack({ log: log.origin, entries: ids.length })) {
    const entry = typeof each === "string" ? (JSON.parse(each) as AuditEntry) : each;
    if (entry.log === log.origin) kept.push(entry);
  }
  const seqOf = new Map([...log.lines.keys()].map((id, seq) => [id, seq]));
  assert.deepEqual(
    kept.map(({ id }) => seqOf.get(id) ?? id),
    ids.map((id) => seqOf.get(id)),
    "The place must have every entry that was acknowledged, once and in order. These are their seq.",
  );
  const lines = new Map(kept.map((entry) => [entry.id, lineOf(entry)]));
  for (const [id, line] of lines) {
    assert.equal(line, log.lines.get(id), "What is read back must be the line that was written.");
  }
  // What was set aside is in its place, as whoever keeps the dead letters can put it.
  await assertVerifies(
    [...log.lines].map(([id, line]) => lines.get(id) ?? line),
    log,
  );
}

async function assertVerifies(lines: readonly string[], { day, key }: SampleLog): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "openrouter-audit-sink-"));
  try {
    await writeFile(join(directory, `audit_${day}.jsonl`), lines.map((line) => `${line}\n`).join(""));
    const { result, problems, entries } = await verifyJournal(directory, { key });
    assert.equal(result, "intact", `What is read back must verify: ${problems[0]?.message}`);
    assert.equal(entries, lines.length);
  } finally {
    await rm(directory, { recursive: true });
  }
}
