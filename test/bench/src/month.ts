import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { nothingMeasured, systemEntry } from "../../../packages/core/dist/entry/draft-entry.js";
import type { EntryDraft, JsonObject } from "../../../packages/core/dist/entry/entry.js";
import { issueDelegation } from "../../../packages/core/dist/seal/delegation.js";
import { LogSealer } from "../../../packages/core/dist/seal/log-sealer.js";
import { signerFromSeed } from "../../../packages/core/dist/seal/signed-note.js";
import { drawCall } from "./month-calls.ts";
import { afterCrash, jobOfVideo, lostEntries, withStart } from "./month-events.ts";
import { Random } from "./random.ts";

export interface MonthSize {
  /** About how many; what the logs say of themselves comes on top. */
  readonly entries: number;
  /** @default 31 */
  readonly days?: number;
  readonly seed?: number;
  readonly onProgress?: (entries: number) => void;
}

export interface WrittenMonth {
  readonly key: string;
  readonly entries: number;
  readonly bytes: number;
}

const hourMs = 3_600_000;
const commitSize = 64;
/** The first of a month before this product was: nobody takes it for a log of today. */
export const monthBegins = Date.parse("2026-10-01T00:00:00.000Z");

/**
 * A month of calls as a journal, sealed like any other but without waiting for the disk: a web service that shares a file a day,
 * and beside it jobs that write down each call before it is sent, in files of their own, of which one process was killed. All that a
 * reader has to think of is in it: entries that stand there twice, ends that were presumed and came after all, a gap, polled jobs.
 * The same seed gives the same calls; keys and origins differ each time.
 */
export function writeMonth(
  directory: string,
  { entries, days = 31, seed = 1, onProgress }: MonthSize,
): WrittenMonth {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const root = signerFromSeed("month", randomBytes(32));
  writeFileSync(join(directory, "public-key"), `${root.vkey}\n`);
  const total = { key: root.vkey, entries: 0, bytes: 0 };
  const log = (guarantee: string, own: boolean) => {
    return new WrittenLog(directory, root, guarantee, own, (bytes, count) => {
      total.bytes += bytes;
      total.entries += count;
      onProgress?.(total.entries);
    });
  };
  const random = new Random(seed);

  const web = log("on_answer", false);
  let drawn = 0;
  for (const time of timesOf(random, Math.round(entries * 0.9), days)) {
    const draft = drawCall(random, nothingMeasured, time);
    web.add(draft);
    drawn += 1;
    if (drawn % 1_000 === 500) for (const poll of jobOfVideo(random, draft, time)) web.add(poll);
    if (drawn % 20_000 === 700) web.add(lostEntries(draft, time));
  }
  web.end(true);

  const half = Math.ceil(days / 2);
  const [first, second] = [log("write_ahead", true), log("write_ahead", true)];
  const made: EntryDraft[] = [];
  for (const time of timesOf(random, Math.round(entries * 0.1), days)) {
    const draft = drawCall(random, nothingMeasured, time);
    const inFirst = time < monthBegins + half * 24 * hourMs;
    const target = inFirst ? first : second;
    for (const each of withStart(random, draft, time)) target.add(each);
    if (inFirst && made.push(draft) > 8) made.shift();
  }
  const crash = afterCrash(random, made, monthBegins + half * 24 * hourMs);
  for (const each of crash.starts) first.add(each);
  for (const each of [...crash.presumed, ...crash.repeated]) second.add(each);
  for (const each of crash.late) first.add(each);
  first.end(false);
  for (const each of crash.running) second.add(each);
  second.end(false);
  return total;
}

/** When calls are made: more on working days, more by day. */
function* timesOf(random: Random, count: number, days: number): Generator<number> {
  const weights = Array.from({ length: days * 24 }, (_, hour) => {
    const day = new Date(monthBegins + hour * hourMs).getUTCDay();
    const isWorking = day > 0 && day < 6;
    const ofDay = Math.sin(((((hour % 24) + 18) % 24) / 24) * Math.PI) ** 2;
    return (isWorking ? 1 : 0.35) * (0.15 + ofDay);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let [owed, given] = [0, 0];
  for (const [hour, weight] of weights.entries()) {
    owed += (weight / sum) * count;
    const here = hour === weights.length - 1 ? count - given : Math.floor(owed) - given;
    given += here;
    const times = Array.from(
      { length: here },
      () => monthBegins + hour * hourMs + Math.floor(random.next() * hourMs),
    );
    yield* times.sort((a, b) => a - b);
  }
}

/** A log as its process writes it: commit by commit, a file a day. */
class WrittenLog {
  readonly #sealer = new LogSealer("month");
  readonly #key: JsonObject;
  readonly #open: (day: string) => number;
  readonly #written: (bytes: number, entries: number) => void;
  #file: number | null = null;
  #day = "";
  #now = monthBegins;
  #waiting: EntryDraft[] = [];

  constructor(
    directory: string,
    root: ReturnType<typeof signerFromSeed>,
    guarantee: string,
    own: boolean,
    written: (bytes: number, entries: number) => void,
  ) {
    const { origin, uuid, vkey } = this.#sealer;
    const delegation = issueDelegation(root, origin, vkey, new Date(monthBegins));
    this.#key = { log_key: vkey, delegation, heartbeat_ms: 60_000, guarantee };
    this.#written = written;
    this.#open = (day) => openSync(join(directory, `audit_${day}${own ? `_${uuid}` : ""}.jsonl`), "a", 0o600);
  }

  add(draft: EntryDraft): void {
    const ended = Date.parse(draft.timestamp) + Math.ceil(draft.latency_ms ?? 0);
    if (this.#waiting.length >= commitSize || dayOf(Math.max(this.#now, ended)) !== this.#day) this.#commit();
    this.#now = Math.max(this.#now, ended);
    this.#waiting.push(draft);
  }

  end(inOrder: boolean): void {
    this.#commit();
    if (inOrder) this.#seal([this.#system("closed", { reason: "close" })]);
    if (this.#file !== null) closeSync(this.#file);
  }

  #commit(): void {
    if (this.#waiting.length === 0) return;
    const day = dayOf(this.#now);
    if (day !== this.#day) this.#turnTo(day);
    this.#seal(this.#waiting);
    this.#waiting = [];
  }

  #turnTo(day: string): void {
    const isFirst = this.#file === null;
    if (this.#file !== null) closeSync(this.#file);
    this.#file = this.#open(day);
    this.#day = day;
    const opened = { ...this.#key, seal: 1, links: [], torn_files: [] };
    const heartbeat = { ...this.#key, frontier: this.#sealer.frontier };
    this.#seal([isFirst ? this.#system("opened", opened) : this.#system("heartbeat", heartbeat)]);
  }

  #system(event: "opened" | "heartbeat" | "closed", detail: JsonObject): EntryDraft {
    return systemEntry(
      event,
      { name: "shop", version: "3.1.0", instance: "vm-1/812" },
      new Date(this.#now),
      detail,
    );
  }

  #seal(drafts: readonly EntryDraft[]): void {
    const { lines } = this.#sealer.seal(drafts, new Date(this.#now));
    writeSync(this.#file!, lines);
    this.#written(lines.length, drafts.length);
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
