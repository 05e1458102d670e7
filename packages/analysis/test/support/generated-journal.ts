import { type AuditEntry, entryOf, isProcessEnded } from "@openrouter-audit/core";
import fc from "fast-check";
import { lineOf } from "../../../../test/support/unsealed-line.ts";
import { plainEntry, type WrittenEntry } from "./written-journal.ts";

/** The lines of the files of a journal, by name. */
export type Files = Readonly<Record<string, readonly string[]>>;

const kinds = [
  "call",
  "call",
  "call",
  "call",
  "start",
  "ended",
  "gap",
  "broken",
  "repeat",
  "repeat",
] as const;

const written = fc.record({
  kind: fc.constantFrom(...kinds),
  writer: fc.nat(2),
  /** Within its day. */
  atMs: fc.integer({ min: 0, max: 86_399_000 }),
  /** How much later than its neighbours it stands in the file. */
  lateMs: fc.nat(4_000),
  exchange: fc.nat(6),
  user: fc.constantFrom("ada", "grace", null),
  model: fc.constantFrom("openai/gpt-5-mini", "anthropic/claude-sonnet-4.5", "é/漢字", null),
  cost: fc.constantFrom(0, 0.5, 0.25, 1e-7, null),
  tokens: fc.constantFrom(1, 12, 120, null),
  time: fc.constantFrom("fits", "fits", "fits", "fits", "fits", "fits", "no time"),
});

const day = fc.record({
  form: fc.constantFrom("shared", "shared", "archive", "per_process"),
  entries: fc.array(written, { minLength: 0, maxLength: 14 }),
});

/** Journals of a few days as processes, crashes and people leave them. */
export const journals: fc.Arbitrary<Files> = fc.array(day, { minLength: 1, maxLength: 4 }).map((days) => {
  const files: Record<string, string[]> = {};
  let before: WrittenEntry[] = [];
  for (const [number, { form, entries }] of days.entries()) {
    const name = `2026-11-0${number + 1}`;
    const begin = Date.parse(`${name}T00:00:00Z`);
    const lines = [...entries]
      .sort((a, b) => a.atMs + a.lateMs - (b.atMs + b.lateMs))
      .map((one, index) => ({
        writer: one.writer,
        line: writtenBy(one, begin, number * 100 + index, before),
      }));
    before = lines.flatMap(({ line }) => (typeof line === "string" ? [] : [line]));
    for (const { writer, line } of lines) {
      const file = {
        shared: `audit_${name}.jsonl`,
        archive: `audit_${name}.jsonl.gz`,
        per_process: `audit_${name}_w${writer}.jsonl`,
      }[form];
      files[file] = [...(files[file] ?? []), typeof line === "string" ? line : lineOf(line)];
    }
  }
  return Object.keys(files).length > 0 ? files : { "audit_2026-11-01.jsonl": [] };
});

type Written = typeof written extends fc.Arbitrary<infer T> ? T : never;

function writtenBy(
  one: Written,
  begin: number,
  number: number,
  before: readonly WrittenEntry[],
): WrittenEntry | string {
  if (one.kind === "broken") return ["what is this", "{}", '{"id":1}', '{"id":"x","log":'][number % 4]!;
  const time = new Date(begin + one.atMs).toISOString();
  const place = {
    log: `shop/w${one.writer}/log-${one.writer}`,
    seq: number,
    recorded_at: one.time === "fits" ? time : "no time",
  };
  // What was not written for sure is written again, under the same id.
  const again = one.kind === "repeat" ? before[number % Math.max(1, before.length)] : undefined;
  if (again) return { ...again, ...place };
  const entry = {
    ...plainEntry,
    ...place,
    id: `e-${String(number).padStart(4, "0")}`,
    timestamp: new Date(begin + Math.max(0, one.atMs - 1_000)).toISOString(),
    user_id: one.user,
    model: one.model,
    cost_usd: one.cost,
    total_tokens: one.tokens,
    stream: one.tokens === 12,
    exchange_id: `x-${one.exchange}`,
  };
  // All that is said of an exchange has the time at which it began.
  const begun = { timestamp: "2026-11-01T00:00:00.000Z" };
  if (one.kind === "start") return { ...entry, ...begun, event_type: "call_started", status: "unknown" };
  if (one.kind === "ended")
    return {
      ...entry,
      ...begun,
      id: `ended-${one.exchange}`,
      status: "unknown",
      error_type: "process_ended",
    };
  if (one.kind === "gap")
    return {
      ...entry,
      event_type: "audit.gap",
      exchange_id: null,
      detail: { count: 3, since: time, until: time },
    };
  // Some calls share an exchange with a presumed end, most do not.
  return number % 3 === 0 ? { ...entry, ...begun } : { ...entry, exchange_id: `own-${number}` };
}

export interface ReadLine {
  readonly day: string;
  readonly entry: AuditEntry;
}

/** Every line of the files that is an entry, read as simply as can be; and how many are none, of each file. */
export function readPlainly(files: Files): {
  readonly lines: readonly ReadLine[];
  readonly broken: ReadonlyMap<string, number>;
} {
  const lines: ReadLine[] = [];
  const broken = new Map<string, number>();
  for (const [file, texts] of Object.entries(files)) {
    for (const text of texts) {
      const entry = entryOf(Buffer.from(text));
      if (entry) lines.push({ day: file.slice(6, 16), entry });
      else broken.set(file, (broken.get(file) ?? 0) + 1);
    }
  }
  return { lines, broken };
}

const byCode = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const isTime = (text: string) => text.endsWith("Z");

/** By the place in the log: what has no time comes last of its day. */
export function inOrderOfLog(a: ReadLine, b: ReadLine): number {
  const [first, second] = [a.entry, b.entry];
  return (
    byCode(a.day, b.day) ||
    Number(isTime(second.recorded_at)) - Number(isTime(first.recorded_at)) ||
    (isTime(first.recorded_at) ? byCode(first.recorded_at, second.recorded_at) : 0) ||
    byCode(first.log, second.log) ||
    first.seq - second.seq ||
    byCode(first.id, second.id)
  );
}

/** The wanted ones of which each id counts once, and no end that was only presumed beside a real one. */
export function counting(lines: readonly ReadLine[], isWanted: (entry: AuditEntry) => boolean): ReadLine[] {
  const ended = new Set(
    lines
      .filter(({ entry }) => entry.event_type !== "call_started" && !isProcessEnded(entry))
      .map(({ entry }) => entry.exchange_id),
  );
  const ids = new Set<string>();
  return [...lines].sort(inOrderOfLog).filter(({ entry }) => {
    if (!isWanted(entry) || ids.has(entry.id)) return false;
    ids.add(entry.id);
    return !(isProcessEnded(entry) && ended.has(entry.exchange_id));
  });
}

/** The order that is asked for, by brute force. */
export function sorted(lines: readonly ReadLine[], order: string): ReadLine[] {
  const name = order.replace("-", "") as "cost_usd";
  const way = order.startsWith("-") ? -1 : 1;
  if (name === ("recorded_at" as string)) {
    if (way === 1) return [...lines].sort(inOrderOfLog);
    const isTime = ({ entry }: ReadLine) => Number(entry.recorded_at.endsWith("Z"));
    return [...lines].sort(
      (a, b) => -a.day.localeCompare(b.day) || isTime(b) - isTime(a) || -inOrderOfLog(a, b),
    );
  }
  const compare = (a: unknown, b: unknown) => {
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? 1 : -1;
    return (
      (typeof a === "string"
        ? Buffer.compare(Buffer.from(a), Buffer.from(b as string))
        : Number(a) - Number(b)) * way
    );
  };
  return [...lines].sort((a, b) => compare(a.entry[name], b.entry[name]) || inOrderOfLog(a, b));
}
