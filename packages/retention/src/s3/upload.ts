import { statSync } from "node:fs";
import { join } from "node:path";
import type { OpenAnchorLog } from "@openrouter-audit/anchor";
import type { JsonObject } from "@openrouter-audit/core";
import type { EntryDraft } from "@openrouter-audit/core/seal";
import { isUnchanged, type StoredFile } from "../file-state.ts";
import { draftOf } from "../person.ts";
import { unpackedName } from "../undelivered.ts";
import { type ArchivedFile, archivesIn, type StoredAt } from "./archived-file.ts";
import { type FileOnTurn, flawOf } from "./closed-files.ts";
import { type FoundObject, findObject } from "./find-object.ts";
import { patiently } from "./patience.ts";
import { type Lock, putSegment } from "./put-segment.ts";
import { retainUntil } from "./retain-until.ts";
import { readSegment, type Segment } from "./segment.ts";
import { storageFailure } from "./storage-failure.ts";
import type { UploadOptions } from "./upload-options.ts";

/**
 * What became of a file: `stored` now; `noted` now, and stored by a run that was cut; `had`: both before; `planned` in a dry run; it
 * `waits` for its day to be over or to be compressed; it is `over`: it need not be kept any longer; `refused`; or the storage `failed`.
 */
export interface UploadedFile {
  readonly file: string;
  readonly outcome: "stored" | "noted" | "had" | "planned" | "waits" | "over" | "refused" | "failed";
  /** Where it is; null when it is not. */
  readonly at: StoredAt | null;
  /** Until when it is locked, or would be; null when that is not known. */
  readonly retain_until: string | null;
  /** Why it is not stored, as a clause; null when it is. */
  readonly reason: string | null;
}

/** What an upload goes by, and where it notes. */
export type UploadLog = Pick<OpenAnchorLog, "verification" | "notes" | "note">;

/** The largest object that is stored in one piece, and so under one checksum. */
const mostBytes = 5 * 2 ** 30;
/** So that one line of the anchor log stays small. */
const mostInANote = 64;

/** One run over the files of a journal. */
export class Upload {
  readonly #directory: string;
  readonly #options: UploadOptions;
  readonly #log: UploadLog;
  readonly #who: Partial<EntryDraft> | undefined;
  readonly #states: ReadonlyMap<string, StoredFile | null>;
  readonly #known: readonly ArchivedFile[];
  readonly #now: Date;
  #unnoted: ArchivedFile[] = [];

  constructor(
    directory: string,
    options: UploadOptions,
    log: UploadLog,
    states: ReadonlyMap<string, StoredFile | null>,
  ) {
    this.#directory = directory;
    this.#options = options;
    this.#log = log;
    this.#who = options.person && draftOf(options.person);
    this.#states = states;
    this.#known = archivesIn(log.notes);
    this.#now = (options.now ?? (() => new Date()))();
  }

  /** What was stored just now, and lies there without its lock: another one would too. */
  #unlocked: string | null = null;

  async all(turn: readonly FileOnTurn[]): Promise<UploadedFile[]> {
    const stored: UploadedFile[] = [];
    const sizes = turn.map(({ file, waits }) => (waits === null ? this.#sizeOf(file) : 0));
    const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    let bytes = 0;
    try {
      for (const [index, { file, waits }] of turn.entries()) {
        const failed = stored.find(({ outcome }) => outcome === "failed");
        if (waits !== null) stored.push(without(file, "waits", waits));
        // Whoever refused the one will refuse the others.
        else if (this.#unlocked !== null)
          stored.push(without(file, "refused", `not tried: the storage did not lock ${this.#unlocked}`));
        else if (failed) stored.push(without(file, "failed", `not tried, because of ${failed.file}`));
        else stored.push(await this.#store(file));
        bytes += sizes[index]!;
        this.#options.onProgress?.({ doing: "storing", bytes, totalBytes });
        if (this.#unnoted.length >= mostInANote) await this.#note();
      }
    } finally {
      await this.#note();
    }
    return stored;
  }

  async #store(file: string): Promise<UploadedFile> {
    let segment: Segment;
    try {
      segment = await readSegment(this.#directory, file);
      const before = this.#states.get(file);
      if (!before || !isUnchanged(this.#directory, file, before))
        return without(file, "refused", "somebody wrote to it after it was verified");
    } catch (error) {
      return without(file, "refused", `it cannot be read: ${(error as Error).message}`);
    }
    const flaw = flawOf(segment, this.#log.verification, this.#now);
    if (flaw !== null) return without(file, "refused", flaw);
    if (segment.archive_bytes > mostBytes)
      return without(file, "refused", "it is larger than 5 GiB, the most that is stored in one piece");
    const { bucket, prefix = "", mode, retain, legalHold = false, dryRun } = this.#options;
    const key = `${prefix}${file}`;
    const had = this.#known.find(
      ({ sha256, at }) =>
        sha256 === segment.sha256 && at.bucket === bucket && unpackedName(at.key) === unpackedName(key),
    );
    const lock = { bucket, key, mode, until: retainUntil(retain, segment.newest!), legalHold };
    const retain_until = lock.until.toISOString();
    if (had) return this.#asNoted(file, had.at, lock);
    if (lock.until <= this.#now)
      return { ...without(file, "over", "its time was over before it was stored"), retain_until };
    if (dryRun) return { ...without(file, "planned", null), retain_until };
    try {
      return await this.#storeUnder(lock, segment);
    } catch (error) {
      return { ...without(file, "failed", storageFailure(error)), retain_until };
    }
  }

  /** What is noted is not stored again; whether it is locked as is asked for now, the storage says where the note does not. */
  async #asNoted(file: string, at: StoredAt, lock: Lock): Promise<UploadedFile> {
    const kept: UploadedFile = { file, outcome: "had", at, retain_until: at.retain_until, reason: null };
    const isEnough =
      lock.until <= new Date(at.retain_until) &&
      (!lock.legalHold || at.legal_hold === true) &&
      (at.mode === lock.mode || at.mode === "COMPLIANCE");
    const { client, dryRun, attempts = 5, pauseMs = 500 } = this.#options;
    if (isEnough || dryRun) return kept;
    try {
      const place = { ...lock, key: at.key, versionId: at.version_id };
      const found = await patiently({ attempts, pauseMs }, () => findObject(client, place));
      const flaw = lockFlawAt(found, lock);
      return flaw === null
        ? kept
        : { ...kept, outcome: "refused", reason: `it is noted already, and stays as it is: ${flaw}` };
    } catch (error) {
      return { ...kept, outcome: "failed", reason: storageFailure(error) };
    }
  }

  async #storeUnder(lock: Lock, segment: Segment): Promise<UploadedFile> {
    const { client, md5 = false, attempts = 5, pauseMs = 500 } = this.#options;
    const { file } = segment;
    const patience = { attempts, pauseMs };
    const put = await putSegment(client, segment, lock, { md5, ...patience });
    const versionId = put === "taken" ? undefined : put.versionId;
    // What is noted is what is there, and not what was asked for.
    const place = { ...lock, ...(versionId && { versionId }) };
    const found = await patiently(patience, () => findObject(client, place));
    const flaw = flawAt(found, lock, segment);
    if (flaw !== null && put !== "taken") this.#unlocked = file;
    if (flaw !== null)
      return without(file, "refused", put === "taken" ? `${lock.key} is taken: ${flaw}` : flaw);
    const at = placeOf(found!, lock);
    const { path: _path, newest: _newest, logs: _logs, ...facts } = segment;
    this.#unnoted.push({ ...facts, at });
    const outcome = put === "taken" ? "noted" : "stored";
    return { file, outcome, at, retain_until: at.retain_until, reason: null };
  }

  async #note(): Promise<void> {
    if (this.#unnoted.length === 0) return;
    const files = this.#unnoted.map(({ at, ...file }): JsonObject => ({ ...file, at: { ...at } }));
    this.#unnoted = [];
    await this.#log.note("archived", { files }, this.#who);
  }

  #sizeOf(file: string): number {
    return statSync(join(this.#directory, file), { throwIfNoEntry: false })?.size ?? 0;
  }
}

/** What is wrong with what lies there, as a clause; null when it is this file, locked for as long as was asked. */
function flawAt(found: FoundObject | null, lock: Lock, segment: Segment): string | null {
  if (found === null) return "what was stored is not there";
  if (found.sha256 !== segment.archive_sha256)
    return "an object with other contents lies there, which is not written over";
  if (found.versionId === undefined) return "the bucket keeps no versions, so that nothing in it is locked";
  return lockFlawAt(found, lock);
}

/** What is wrong with its lock, as a clause; null when it is as strict and as long as was asked. */
function lockFlawAt(found: FoundObject | null, lock: Lock): string | null {
  if (found === null) return "what was stored is not there";
  if (found.mode !== lock.mode && found.mode !== "COMPLIANCE")
    return "the storage did not lock it, or does not say so (s3:GetObjectRetention)";
  if (!found.until || found.until < lock.until)
    return `it is locked until ${found.until?.toISOString() ?? "nobody knows when"} only`;
  if (lock.legalHold && !found.legalHold)
    return "the storage did not put it on hold, or does not say so (s3:GetObjectLegalHold)";
  return null;
}

function placeOf(found: FoundObject, { bucket, key }: Lock): StoredAt {
  return {
    bucket,
    key,
    version_id: found.versionId!,
    retain_until: found.until!.toISOString(),
    mode: found.mode as StoredAt["mode"],
    ...(found.etag && { etag: found.etag }),
    ...(found.legalHold && { legal_hold: true as const }),
  };
}

function without(file: string, outcome: UploadedFile["outcome"], reason: string | null): UploadedFile {
  return { file, outcome, at: null, retain_until: null, reason };
}
