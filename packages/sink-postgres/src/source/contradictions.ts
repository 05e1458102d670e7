/** What stands beside a line, each as text or null; times in seconds since 1970. */
export type Beside = Readonly<
  Record<(typeof texts)[number] | (typeof numbers)[number] | (typeof times)[number], string | null>
> & {
  readonly day: string;
  readonly log: string;
  readonly seq: string;
};

// What readers search by, and add up.
const texts = [
  "id",
  "event_type",
  "status",
  "user_id",
  "tenant_id",
  "exchange_id",
  "model",
  "generation_id",
  "error_type",
] as const;
const numbers = ["prompt_tokens", "completion_tokens", "total_tokens", "cost_usd"] as const;
const times = ["recorded_at", "timestamp"] as const;

/** The columns of {@link Beside}, for a select list. */
export const besideColumns = [
  "to_char(day, 'YYYY-MM-DD') as day",
  "log",
  "seq::text as seq",
  ...texts,
  ...numbers.map((name) => `${name}::text as ${name}`),
  ...times.map((name) => `extract(epoch from "${name}")::text as "${name}"`),
].join(", ");

/**
 * The columns that say something else than the line. The table makes them itself of each line that comes in, and nobody sealed
 * them: who may change rows can hide one from every search without touching its line. Empty when the line is no entry.
 */
export function contradictionsIn(line: string, beside: Beside): string[] {
  const entry = membersOf(line);
  if (!entry) return [];
  return [
    ...(beside.day === String(entry.recorded_at).slice(0, 10) ? [] : ["day"]),
    ...(beside.log === entry.log ? [] : ["log"]),
    ...(beside.seq === String(entry.seq) ? [] : ["seq"]),
    ...texts.filter((name) => !isSameText(beside[name], entry[name])),
    ...numbers.filter((name) => !isSameNumber(beside[name], entry[name])),
    ...times.filter((name) => !isSameTime(beside[name], entry[name])),
  ];
}

/** Not as an entry: that takes much longer, and whether it is one is for others to say. */
function membersOf(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}

function isSameText(column: string | null, member: unknown): boolean {
  if (typeof member !== "string") return member === null || member === undefined ? column === null : true;
  if (column === null) return false;
  // As SQL makes them of the line: at most 600 characters stand in an index, and jsonb cannot hold NUL.
  const text = member.replaceAll("\0", "\ufffd");
  return column === text || (text.length > 600 && column === Array.from(text).slice(0, 600).join(""));
}

function isSameNumber(column: string | null, member: unknown): boolean {
  if (typeof member !== "number") return column === null;
  return column !== null && Number(column) === member;
}

function isSameTime(column: string | null, member: unknown): boolean {
  const time = typeof member === "string" ? Date.parse(member) : Number.NaN;
  if (Number.isNaN(time)) return true;
  return column !== null && Math.abs(Number(column) * 1000 - time) < 1;
}
