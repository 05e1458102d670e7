import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { draftEntry, systemEntry } from "../../src/entry/draft-entry.ts";
import type { EntryDraft, ServiceFacts } from "../../src/entry/entry.ts";
import { rootSignerOf } from "../../src/privacy/secret.ts";
import { issueDelegation } from "../../src/seal/delegation.ts";
import { LogSealer } from "../../src/seal/log-sealer.ts";
import { newDirectory, secret } from "./journals.ts";

/** What one commit of a log is made of: entries with these ids; `heartbeat` is one with the frontier. */
export type Commit = readonly string[];

const service: ServiceFacts = {
  name: "test-service",
  instance: "host/1",
  version: null,
  environment: null,
} as never;
const time = new Date("2026-11-24T12:00:00Z");
const root = rootSignerOf(secret, "openrouter-audit");

/** A log whose commits a test decides on: `audit.opened`, and then these. The lines have no line ends. */
export function committedLog(commits: readonly Commit[]): { origin: string; lines: string[] } {
  const sealer = new LogSealer("openrouter-audit");
  const { origin, vkey } = sealer;
  const key = { log_key: vkey, delegation: issueDelegation(root, origin, vkey, time) };
  const lines: string[] = [];
  const seal = (drafts: readonly EntryDraft[]) =>
    lines.push(...sealer.seal(drafts, time).lines.toString().trimEnd().split("\n"));
  seal([
    systemEntry("opened", service, time, {
      seal: 1,
      ...key,
      heartbeat_ms: 60_000,
      links: [],
      torn_files: [],
    }),
  ]);
  for (const commit of commits)
    seal(
      commit.map((id, index) => {
        if (id !== "heartbeat") return event(id);
        // Only at the beginning of a commit is the frontier of the lines so far that of the lines before.
        if (index > 0) throw new Error("a heartbeat begins a commit");
        return systemEntry("heartbeat", service, time, { ...key, frontier: sealer.frontier });
      }),
    );
  return { origin, lines };
}

function event(id: string): EntryDraft {
  return draftEntry({
    id,
    event_type: "test.event",
    timestamp: time.toISOString(),
    service,
    status: "success",
    attribution: { how: "system", source: null },
    metadata: { text: `what ${id} says` },
  });
}

/** A journal of files of lines; the first is the oldest. */
export function journalOf(...files: readonly (readonly string[])[]): string {
  const directory = newDirectory();
  files.forEach((lines, index) => {
    const text = lines.map((line) => `${line}\n`).join("");
    if (text !== "") writeFileSync(join(directory, `audit_2026-11-${24 + index}.jsonl`), text);
  });
  return directory;
}

/** A line without its signature, as all but the last of a commit are. */
export function unsigned(line: string): string {
  return line.replace(/"signature":"[^"]*"}$/, '"signature":""}');
}
