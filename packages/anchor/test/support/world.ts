import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, publicKeyOf } from "@openrouter-audit/core";
import {
  anchoredHeads,
  anchorVkeyOf,
  type RootSigner,
  systemEntry,
  verifierOf,
} from "@openrouter-audit/core/seal";
import { rootSignerOf } from "../../../core/src/privacy/secret.ts";
import { issueDelegation } from "../../../core/src/seal/delegation.ts";
import { LogSealer } from "../../../core/src/seal/log-sealer.ts";
import type { NoteSigner } from "../../../core/src/seal/signed-note.ts";
import { type AnchorOptions, anchorJournal } from "../../src/index.ts";

export const secret = "a secret for tests only, 32 bytes or longer";
export const root: RootSigner = rootSignerOf(secret, "openrouter-audit");
export const rootVkey = publicKeyOf(secret);
export const anchorVkey = anchorVkeyOf(rootVkey)!;
export const rootKeys = [verifierOf(rootVkey)!];

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A new directory that is removed after the tests of the file. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-anchor-"));
  made.push(directory);
  return directory;
}

/** Adds a log of its own with some entries to a journal. */
export async function writeLog(directory: string, entries = 3): Promise<void> {
  const log = new AuditLog({ directory, secret, service: "test", onProblem: () => {} });
  for (let index = 0; index < entries; index += 1) await log.record({ event_type: "test.event" });
  await log.close();
}

/** Adds many logs of one entry to a journal, faster than processes could. */
export function writeManyLogs(directory: string, count: number): void {
  const service = { name: "test", version: null, instance: "test/1" };
  const lines = Array.from({ length: count }, () => {
    const sealer = new LogSealer("openrouter-audit");
    const { origin, vkey } = sealer;
    const delegation = issueDelegation(root as NoteSigner, origin, vkey, new Date());
    const detail = { seal: 1, log_key: vkey, delegation, heartbeat_ms: 300_000, links: [], torn_files: [] };
    return Buffer.from(sealer.seal([systemEntry("opened", service, new Date(), detail)], new Date()).lines);
  });
  const day = new Date().toISOString().slice(0, 10);
  writeFileSync(join(directory, `audit_${day}.jsonl`), Buffer.concat(lines));
}

/** A journal with one log. */
export async function newJournal(entries = 3): Promise<string> {
  const directory = newDirectory();
  await writeLog(directory, entries);
  return directory;
}

export function anchor(directory: string, options: Partial<AnchorOptions> = {}) {
  return anchorJournal({ directory, root, ...options });
}

/** What somebody with the root key reads in the anchor log of a journal. */
export function read(directory: string) {
  return anchoredHeads(join(directory, "anchor"), rootKeys);
}

export function anchorLines(directory: string): string[] {
  return readFileSync(join(directory, "anchor/anchor.jsonl"), "utf8").trimEnd().split("\n");
}

export function writeAnchorLines(directory: string, lines: readonly string[]): void {
  writeFileSync(join(directory, "anchor/anchor.jsonl"), `${lines.join("\n")}\n`);
}

/** The entries of the anchor log, as they are, unverified. */
export function anchorEntries(directory: string) {
  return anchorLines(directory).map((line) => JSON.parse(line));
}
