import { type AuditEntry, AuditError, newSecret } from "@openrouter-audit/core";
import { issueDelegation, LogSealer, leafOf, rootSigner, systemEntry } from "@openrouter-audit/core/seal";
import { paddedBy, type SampleDraft, service } from "./sample-drafts.ts";

const name = "sink-contract";

/** A log made for one test by what seals every log, so that what a sink keeps of it can be verified. */
export class SampleLog {
  /** The vkey that verifies it. */
  readonly key: string;
  readonly #sealer: LogSealer;
  // One time for all of it: the lines are verified as the file of one day.
  readonly #now = new Date();
  readonly #lines = new Map<string, string>();

  private constructor(key: string, sealer: LogSealer) {
    this.key = key;
    this.#sealer = sealer;
  }

  /** A log whose first entry, `audit.opened`, is there already. */
  static async begin(): Promise<SampleLog> {
    const root = rootSigner(newSecret(), name);
    const sealer = new LogSealer(name);
    const log = new SampleLog(root.vkey, sealer);
    const delegation = await issueDelegation(root, sealer.origin, sealer.vkey, log.#now);
    const detail = {
      seal: 1,
      log_key: sealer.vkey,
      delegation,
      heartbeat_ms: 86_400_000,
      links: [],
      torn_files: [],
    };
    log.add(systemEntry("opened", service, log.#now, detail));
    return log;
  }

  get origin(): string {
    return this.#sealer.origin;
  }

  /** The UTC day of its entries. */
  get day(): string {
    return this.#now.toISOString().slice(0, 10);
  }

  /** Every line so far by the `id` of its entry, in order. */
  get lines(): ReadonlyMap<string, string> {
    return this.#lines;
  }

  /** Everything so far as delivery would give it to a sink. */
  get entries(): AuditEntry[] {
    return this.entriesOf([...this.#lines.keys()]);
  }

  entriesOf(ids: readonly string[]): AuditEntry[] {
    return ids.map((id) => JSON.parse(this.#lines.get(id)!) as AuditEntry);
  }

  /** Seals a commit; its last entry is signed. Returns it as delivery would give it. */
  add(...drafts: readonly SampleDraft[]): AuditEntry[] {
    const { lines, sealed } = this.#sealer.seal(drafts as Parameters<LogSealer["seal"]>[0], this.#now);
    for (const entry of sealed) if (entry instanceof AuditError) throw entry;
    const texts = lines.toString().split("\n").slice(0, -1);
    const ids = drafts.map(({ id }) => id);
    for (const [index, id] of ids.entries()) this.#lines.set(id, texts[index]!);
    return this.entriesOf(ids);
  }

  /** The same of one entry that is padded until its line has so many bytes. */
  addOfSize(bytes: number, draft: SampleDraft): AuditEntry[] {
    const seq = this.#lines.size;
    const place = { log: this.origin, seq, recorded_at: this.#now.toISOString() };
    const leaf = leafOf(paddedBy(0, draft) as Parameters<typeof leafOf>[0], place);
    return this.add(paddedBy(bytes - Buffer.byteLength(leaf) - signedSealBytes, draft));
  }
}

/** What the seal of a signed entry adds to its leaf: see docs/seal.md, "Line". */
const signedSealBytes = ',"chain_hash":"","signature":""'.length + 44 + 92;
