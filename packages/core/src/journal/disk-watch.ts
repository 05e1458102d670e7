import { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import { causeInWords } from "../cause-in-words.ts";
import type { OnFailure } from "../guarantee/recording.ts";
import { type DiskLimits, limitsOfDisk, limitsOfQuota } from "./disk-limits.ts";
import { type DiskSpace, diskSpace, journalSize } from "./disk-space.ts";
import { diskInWords, quotaInWords } from "./disk-words.ts";
import { type RoomLevel, type RoomLimits, roomLevel } from "./room.ts";

export interface DiskWatchOptions {
  readonly directory: string;
  readonly limits: DiskLimits;
  readonly onFailure: OnFailure;
  readonly events: AuditEvents;
  /** How long it waits before it looks again, in milliseconds. @default 3000; 1000 when there is little room */
  readonly pauseMs?: { readonly ok: number; readonly little: number };
}

/** How the disk of the journal was when it was last looked at. */
export interface DiskStatus {
  /** `low` below `warnBytes`, `full` below `stopBytes`, or so by the quota; `unknown` when the disk does not say, or not yet. */
  readonly state: RoomLevel | "unknown";
  /** What may still be written, and the whole disk. Null when it does not say. */
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  /** Free bytes below which the disk is low, and full. Null as long as they depend on a size that is not known. */
  readonly warnBytes: number | null;
  readonly stopBytes: number | null;
  /** What the journal has, and may have; null without a quota. */
  readonly quota: { readonly usedBytes: number; readonly quotaBytes: number } | null;
  /** RFC 3339 in UTC; null before the first time. */
  readonly lookedAt: string | null;
}

/** What can run out. */
interface Room {
  level: RoomLevel;
  words: string;
}

/** So that a burst cannot fill the disk between two looks. */
const mostUnseenBytes = 16 << 20;

/**
 * Looks every few seconds how much room the journal has, and says so before there is none. Whatever fills the disk: others
 * than this process may.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  readonly #pauseMs: { readonly ok: number; readonly little: number };
  readonly #disk: Room = { level: "ok", words: "" };
  readonly #quota: Room = { level: "ok", words: "" };
  #space: DiskSpace | null = null;
  #limits: RoomLimits | null = null;
  #usedBytes = 0;
  #lookedAt: Date | null = null;
  #failure: AuditError | null = null;
  #looking = false;
  #saidUnknown = false;
  #closed = false;
  #next: NodeJS.Timeout | undefined;
  #end = { file: "", size: 0 };
  #unseenBytes = 0;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#pauseMs = options.pauseMs ?? { ok: 3000, little: 1000 };
    void this.#look();
  }

  /** Why nothing new may begin, or null: `JOURNAL_UNWRITABLE`. */
  get failure(): AuditError | null {
    return this.#failure;
  }

  /** Why room is little, in words; null when it is not. */
  get little(): string | null {
    const rooms = [this.#disk, this.#quota].filter(({ level }) => level !== "ok");
    return rooms.length === 0 ? null : rooms.map(({ words }) => words).join(" ");
  }

  /** Told where the journal ends after a commit: after so many bytes it looks without waiting. */
  grown({ file, size }: { readonly file: string; readonly size: number }): void {
    this.#unseenBytes += Math.max(0, file === this.#end.file ? size - this.#end.size : size);
    this.#end = { file, size };
    if (this.#unseenBytes >= mostUnseenBytes) void this.#look();
  }

  status(): DiskStatus {
    const { warnBytes, stopBytes, quotaBytes } = this.#options.limits;
    return {
      state: this.#space ? this.#worst : "unknown",
      freeBytes: this.#space?.free ?? null,
      totalBytes: this.#space?.total ?? null,
      warnBytes: this.#limits?.warn ?? warnBytes,
      stopBytes: this.#limits?.stop ?? stopBytes,
      quota: quotaBytes === null ? null : { usedBytes: this.#usedBytes, quotaBytes },
      lookedAt: this.#lookedAt?.toISOString() ?? null,
    };
  }

  close(): void {
    this.#closed = true;
    this.#failure = null;
    clearTimeout(this.#next);
  }

  get #worst(): RoomLevel {
    const levels = [this.#disk.level, this.#quota.level];
    return levels.includes("full") ? "full" : levels.includes("low") ? "low" : "ok";
  }

  /** Never rejects, and never twice at once: a disk that hangs keeps one thread, not all of them. */
  async #look(): Promise<void> {
    if (this.#looking || this.#closed) return;
    this.#looking = true;
    clearTimeout(this.#next);
    this.#unseenBytes = 0;
    const { directory, limits } = this.#options;
    try {
      const space = await diskSpace(directory);
      const usedBytes = limits.quotaBytes === null ? 0 : await this.#used();
      if (!this.#closed) this.#seen(space, usedBytes);
    } catch (cause) {
      if (!this.#closed) this.#unseen(cause);
    }
    this.#looking = false;
    if (this.#closed) return;
    const pause = this.little ? this.#pauseMs.little : this.#pauseMs.ok;
    this.#next = setTimeout(() => void this.#look(), pause).unref();
  }

  /** What cannot be counted must not hide how full the disk is: then it is what was counted last. */
  async #used(): Promise<number> {
    const { directory } = this.#options;
    try {
      return await journalSize(directory);
    } catch (cause) {
      this.#sayUnknown(`How much the journal in ${directory} takes of its quota`, cause);
      return this.#usedBytes;
    }
  }

  #seen(space: DiskSpace, usedBytes: number): void {
    const { directory, limits, onFailure } = this.#options;
    const { quotaBytes } = limits;
    this.#space = space;
    this.#limits = limitsOfDisk(limits, space.total);
    this.#usedBytes = usedBytes;
    this.#lookedAt = new Date();
    const disk = roomLevel(space.free, this.#limits, this.#disk.level);
    this.#turn(this.#disk, disk, diskInWords(directory, space, this.#limits, disk, onFailure));
    if (quotaBytes === null) return;
    const quota = roomLevel(quotaBytes - usedBytes, limitsOfQuota(quotaBytes), this.#quota.level);
    this.#turn(this.#quota, quota, quotaInWords(directory, usedBytes, quotaBytes, quota, onFailure));
  }

  #turn(room: Room, level: RoomLevel, words: string): void {
    const before = room.level;
    room.level = level;
    room.words = words;
    const full = [this.#disk, this.#quota].find((each) => each.level === "full");
    this.#failure = full ? new AuditError("JOURNAL_UNWRITABLE", full.words) : null;
    const { events, directory } = this.#options;
    if (isWorse(level, before)) {
      events.problem({ code: level === "full" ? "DISK_FULL" : "DISK_LOW", message: room.words });
    } else if (isWorse(before, level)) events.emit("recovered", { part: "disk", name: directory });
  }

  /** What cannot be known stops nothing: when the disk is full indeed, the journal finds out by itself. */
  #unseen(cause: unknown): void {
    this.#space = null;
    this.#failure = null;
    this.#disk.level = this.#quota.level = "ok";
    this.#sayUnknown(`How much room the disk of ${this.#options.directory} has`, cause);
  }

  /** Once. */
  #sayUnknown(what: string, cause: unknown): void {
    // That the directory is gone is the journal's to say.
    if (this.#saidUnknown || (cause as NodeJS.ErrnoException).code === "ENOENT") return;
    this.#saidUnknown = true;
    const message = `${what} cannot be found out: ${causeInWords(cause)}. Calls go on; watch that disk by other means.`;
    this.#options.events.problem({ code: "DISK_UNKNOWN", message, cause });
  }
}

const severity = { ok: 0, low: 1, full: 2 } as const;

function isWorse(one: RoomLevel, other: RoomLevel): boolean {
  return severity[one] > severity[other];
}
