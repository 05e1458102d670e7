import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogHead } from "@openrouter-audit/core";
import { draftEntry, type EntryDraft, type RootSigner, systemEntry } from "@openrouter-audit/core/seal";
import { rootSignerOf } from "../../../core/src/privacy/secret.ts";
import { issueDelegation } from "../../../core/src/seal/delegation.ts";
import { LogSealer } from "../../../core/src/seal/log-sealer.ts";
import type { NoteSigner } from "../../../core/src/seal/signed-note.ts";

export const secret = "a secret for tests only, 32 bytes or longer";
export const root: RootSigner = rootSignerOf(secret, "openrouter-audit");

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A new directory that is removed after the tests of the file. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-retention-"));
  made.push(directory);
  return directory;
}

/** A new directory for a journal of the root key. */
export function newJournal(key: RootSigner = root): string {
  const directory = newDirectory();
  writeFileSync(join(directory, "public-key"), `${key.vkey}\n`);
  return directory;
}

export interface OldLogOptions {
  readonly root?: RootSigner;
  /** Whether it writes to files of its own. */
  readonly own?: boolean;
  readonly links?: readonly LogHead[];
}

const service = { name: "test", version: null, instance: "test/1" };

/** A log of some time ago, sealed like any other, with a heartbeat at the beginning of each further file. */
export class OldLog {
  readonly sealer = new LogSealer("openrouter-audit");
  readonly #directory: string;
  readonly #options: OldLogOptions;
  readonly #key: { readonly log_key: string; readonly delegation: string };
  #file = "";
  #size = 0;
  #head: LogHead | null = null;

  /** @param time RFC 3339, when it begins */
  constructor(directory: string, time: string, options: OldLogOptions = {}) {
    this.#directory = directory;
    this.#options = options;
    const { origin, vkey } = this.sealer;
    const signer = (options.root ?? root) as NoteSigner;
    this.#key = { log_key: vkey, delegation: issueDelegation(signer, origin, vkey, new Date(time)) };
    this.#file = this.#fileOf(time);
    const links = (options.links ?? []).map((link) => ({ ...link }));
    const detail = { seal: 1, ...this.#key, heartbeat_ms: 300_000, links, torn_files: [] };
    this.#commit([systemEntry("opened", service, new Date(time), detail)], time);
  }

  get origin(): string {
    return this.sealer.origin;
  }

  /** Its newest signed line. */
  get head(): LogHead {
    return this.#head!;
  }

  /** One commit of entries of these users. */
  write(time: string, ...users: readonly string[]): this {
    this.#beat(time);
    this.#commit(
      users.map((user_id) =>
        draftEntry({
          event_type: "test.event",
          service,
          status: "success",
          attribution: { how: "scope", source: null },
          timestamp: time,
          user_id,
        } as never),
      ),
      time,
    );
    return this;
  }

  close(time: string): this {
    this.#beat(time);
    this.#commit([systemEntry("closed", service, new Date(time), { reason: "close" })], time);
    return this;
  }

  #beat(time: string): void {
    const file = this.#fileOf(time);
    if (file === this.#file) return;
    this.#file = file;
    const detail = { ...this.#key, frontier: this.sealer.frontier, heartbeat_ms: 300_000 };
    this.#commit([systemEntry("heartbeat", service, new Date(time), detail)], time);
  }

  #fileOf(time: string): string {
    return `audit_${time.slice(0, 10)}${this.#options.own ? `_${this.sealer.uuid}` : ""}.jsonl`;
  }

  #commit(drafts: readonly EntryDraft[], time: string): void {
    const { lines, sealed } = this.sealer.seal(drafts, new Date(time));
    appendFileSync(join(this.#directory, this.#file), lines);
    this.#size += drafts.length;
    const { chain_hash, signature } = sealed.at(-1) as { chain_hash: string; signature: string };
    this.#head = { log: this.origin, size: this.#size, chain_hash, signature, ...this.#key };
  }
}

/** The journal files of a directory. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^audit_|^retain-/.test(name))
    .sort();
}

/**
 * A journal that many processes wrote, some at the same time, for months: one over three days, one a day, some with files of their
 * own, one still open at the end of November 2026.
 */
export function oldJournal(directory = newJournal()): {
  readonly directory: string;
  readonly logs: OldLog[];
} {
  const first = new OldLog(directory, "2026-06-01T10:00:00.000Z").write("2026-06-01T11:00:00.000Z", "anna");
  const second = new OldLog(directory, "2026-06-01T12:00:00.000Z", { links: [first.head] });
  second.write("2026-06-01T13:00:00.000Z", "ben", "anna").close("2026-06-01T14:00:00.000Z");
  first.write("2026-06-02T01:00:00.000Z", "ben", "carl", "anna").write("2026-06-03T01:00:00.000Z", "dora");
  const own = new OldLog(directory, "2026-06-02T08:00:00.000Z", { own: true });
  own.write("2026-06-03T08:00:00.000Z", "emil").close("2026-06-03T09:00:00.000Z");
  const third = new OldLog(directory, "2026-10-01T10:00:00.000Z", { links: [first.head, own.head] });
  first.write("2026-10-01T12:00:00.000Z", "anna").close("2026-10-01T13:00:00.000Z");
  third.write("2026-10-02T10:00:00.000Z", "ben").close("2026-10-02T11:00:00.000Z");
  const last = new OldLog(directory, "2026-11-25T10:00:00.000Z", { links: [third.head, second.head] });
  last.write("2026-11-25T11:00:00.000Z", "anna").close("2026-11-25T12:00:00.000Z");
  return { directory, logs: [first, second, own, third, last] };
}
