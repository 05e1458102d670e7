import { AuditError } from "../audit-error.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { EntryDraft, JsonObject, ServiceFacts } from "../entry/entry.ts";
import type { Guarantee } from "../guarantee/recording.ts";
import { mostWithoutKey, termsOf, writerOf } from "../journal/log-statements.ts";
import { issueDelegation } from "../seal/delegation.ts";
import { LogSealer } from "../seal/log-sealer.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import type { RootSigner } from "../seal/signed-note.ts";
import { MemoryParcel } from "./memory-parcel.ts";

export interface MemorySealerOptions {
  /** The name part of the origin. */
  readonly name: string;
  /** Asked to sign once. */
  readonly root: RootSigner;
  readonly service: ServiceFacts;
  readonly library: JsonObject;
  readonly heartbeatMs: number;
  readonly guarantee: Guarantee;
}

const lineFeed = 0x0a;

/** Seals one log in memory. See docs/seal.md, "Opening, links and heartbeats". */
export class MemorySealer {
  readonly #options: MemorySealerOptions;
  readonly #sealer: LogSealer;
  #key: JsonObject | null = null;
  #sinceKey = 0;

  constructor(options: MemorySealerOptions) {
    this.#options = options;
    this.#sealer = new LogSealer(options.name);
  }

  get origin(): string {
    return this.#sealer.origin;
  }

  /** Has the root key sign the log's, and seals `audit.opened`. Rejects with what a key service throws; then try again. */
  async begin(): Promise<readonly MemoryParcel[]> {
    const { root, service, library, heartbeatMs, guarantee } = this.#options;
    const { origin, vkey } = this.#sealer;
    const delegation = await issueDelegation(root, origin, vkey, new Date());
    this.#key = { log_key: vkey, delegation, ...termsOf(guarantee, heartbeatMs) };
    const now = new Date();
    const detail = { ...writerOf(library), ...this.#key, links: [], torn_files: [] };
    return this.#seal([systemEntry("opened", service, now, detail)], now).parcels;
  }

  /** Seals a commit. In place of an entry that cannot be sealed is its `INVALID_ENTRY`. */
  seal(drafts: readonly EntryDraft[], needsHeartbeat: boolean) {
    const now = new Date();
    this.#sinceKey += drafts.length;
    const isPlain = drafts.length === 0 || this.#sinceKey < mostWithoutKey.entries;
    if (!needsHeartbeat && isPlain) return this.#seal(drafts, now);
    this.#sinceKey = drafts.length;
    const heartbeat = systemEntry("heartbeat", this.#options.service, now, {
      ...this.#key,
      frontier: this.#sealer.frontier,
    });
    const { parcels, sealed } = this.#seal([heartbeat, ...drafts], now);
    return { parcels, sealed: sealed.slice(1) };
  }

  #seal(drafts: readonly EntryDraft[], now: Date) {
    const { lines, sealed } = this.#sealer.seal(drafts, now);
    // The sealer uses its bytes again.
    const kept = Buffer.from(lines);
    const parcels: MemoryParcel[] = [];
    let start = 0;
    for (const entry of sealed) {
      if (entry instanceof AuditError) continue;
      const end = kept.indexOf(lineFeed, start);
      parcels.push(new MemoryParcel(entry as SealedEntry, kept.subarray(start, end)));
      start = end + 1;
    }
    return { parcels, sealed };
  }
}
