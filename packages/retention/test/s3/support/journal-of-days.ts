import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { publicKeyOf } from "@openrouter-audit/core";
import { type EntryDraft, type RootSigner, systemEntry } from "@openrouter-audit/core/seal";
import { rootSignerOf } from "../../../../core/src/privacy/secret.ts";
import { issueDelegation } from "../../../../core/src/seal/delegation.ts";
import { LogSealer } from "../../../../core/src/seal/log-sealer.ts";
import type { NoteSigner } from "../../../../core/src/seal/signed-note.ts";

export const secret = "a secret for tests only, 32 bytes or longer";
export const root: RootSigner = rootSignerOf(secret, "openrouter-audit");

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-archives-"));
  made.push(directory);
  return directory;
}

const service = { name: "test", version: null, instance: "test/1" };

/**
 * A journal of one log that wrote an entry at each of these times, and was closed with the last: files of past days, compressed, but
 * for those of the days in `plain`.
 */
export function journalOfDays(times: readonly string[], plain: readonly string[] = []): string {
  const directory = newDirectory();
  const sealer = new LogSealer("openrouter-audit");
  const { origin, vkey } = sealer;
  const delegation = issueDelegation(root as NoteSigner, origin, vkey, new Date(times[0]!));
  const key = { log_key: vkey, delegation, heartbeat_ms: 60_000 };
  const days = new Map<string, string>();
  const write = (time: string, event: Parameters<typeof systemEntry>[0], detail: EntryDraft["detail"]) => {
    const { lines } = sealer.seal([systemEntry(event, service, new Date(time), detail!)], new Date(time));
    const day = time.slice(0, 10);
    days.set(day, (days.get(day) ?? "") + lines.toString());
  };
  write(times[0]!, "opened", { seal: 1, ...key, links: [], torn_files: [] });
  for (const time of times) write(time, "heartbeat", { ...key, frontier: sealer.frontier });
  write(times.at(-1)!, "closed", { reason: "close" });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "public-key"), `${publicKeyOf(secret)}\n`);
  for (const [day, lines] of days) {
    const name = join(directory, `audit_${day}.jsonl`);
    if (plain.includes(day)) writeFileSync(name, lines);
    else writeFileSync(`${name}.gz`, gzipSync(lines));
  }
  return directory;
}

/** The entries of the anchor log of a journal, as they are. */
export function anchorEntries(directory: string) {
  const lines = readFileSync(join(directory, "anchor/anchor.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}
