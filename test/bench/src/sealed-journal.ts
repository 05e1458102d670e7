import { randomBytes, randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { AuditEntry } from "@openrouter-audit/core";
import { draftEntry, systemEntry } from "../../../packages/core/dist/entry/draft-entry.js";
import type { EntryDraft } from "../../../packages/core/dist/entry/entry.js";
import { issueDelegation } from "../../../packages/core/dist/seal/delegation.js";
import { LogSealer } from "../../../packages/core/dist/seal/log-sealer.js";
import { signerFromSeed } from "../../../packages/core/dist/seal/signed-note.js";

export interface JournalSize {
  readonly days: number;
  readonly bytesPerDay: number;
  /** Entries in a commit, of which the last is signed. */
  readonly commit: number;
}

export interface SealedJournal {
  readonly key: string;
  readonly bytes: number;
  readonly lines: number;
  readonly signatures: number;
}

const dayMs = 86_400_000;
const firstDay = Date.parse("2026-11-02T00:00:00.000Z");

/** Writes a journal as one process that runs for days does, sealed like any other but without waiting for the disk. */
export function writeSealedJournal(directory: string, entry: AuditEntry, size: JournalSize): SealedJournal {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const root = signerFromSeed("bench", randomBytes(32));
  writeFileSync(join(directory, "public-key"), `${root.vkey}\n`);
  const sealer = new LogSealer("bench");
  const key = {
    log_key: sealer.vkey,
    delegation: issueDelegation(root, sealer.origin, sealer.vkey, new Date(firstDay)),
  };
  const total = { bytes: 0, lines: 0, signatures: 0 };
  const system = (event: Parameters<typeof systemEntry>[0], time: Date, detail: EntryDraft["detail"]) =>
    systemEntry(event, entry.service, time, detail ?? {});
  for (let day = 0; day < size.days; day += 1) {
    const time = new Date(firstDay + day * dayMs);
    const file = openSync(join(directory, `audit_${time.toISOString().slice(0, 10)}.jsonl`), "w", 0o600);
    const commit = (drafts: readonly EntryDraft[]) => {
      const { lines } = sealer.seal(drafts, time);
      writeSync(file, lines);
      total.bytes += lines.length;
      total.lines += drafts.length;
      total.signatures += 1;
    };
    const heartbeat = { ...key, frontier: sealer.frontier, heartbeat_ms: 60_000 };
    const opened = { seal: 1, ...key, heartbeat_ms: 60_000, links: [], torn_files: [] };
    commit([day === 0 ? system("opened", time, opened) : system("heartbeat", time, heartbeat)]);
    const end = (day + 1) * size.bytesPerDay;
    while (total.bytes < end) commit(Array.from({ length: size.commit }, () => draftLike(entry)));
    if (day === size.days - 1) commit([system("closed", time, { reason: "close" })]);
    closeSync(file);
  }
  return { key: root.vkey, ...total };
}

/** Another entry of the same kind, made as entries are made: what differs from call to call differs. */
export function draftLike(entry: AuditEntry): EntryDraft {
  const {
    chain_hash: _root,
    signature: _signature,
    log: _log,
    seq: _seq,
    recorded_at: _time,
    ...known
  } = entry;
  const digest = () => `hmac-sha256:1ac0bd8f:${randomBytes(32).toString("hex")}`;
  const tokens = Math.round(Math.random() * 2_000);
  return draftEntry({
    ...known,
    call_id: randomUUID(),
    completion_tokens: tokens,
    exchange_id: randomUUID(),
    id: randomUUID(),
    latency_ms: Math.round(Math.random() * 1e6) / 1e3,
    prompt_hash: digest(),
    response_hash: digest(),
    total_tokens: tokens + (entry.prompt_tokens ?? 0),
    user_id: `user-${tokens % 100}`,
  });
}
