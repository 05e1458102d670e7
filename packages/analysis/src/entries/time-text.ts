const form = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,6}))?Z$/;

/**
 * A time as the columns hold it: RFC 3339 in UTC with six digits behind the second, so that texts compare as times do. Null for what is
 * no such text, which is null in a column too.
 */
export function microsecondsOf(text: unknown): string | null {
  const digits = typeof text === "string" ? form.exec(text) : null;
  if (!digits) return null;
  const [whole, fraction = ""] = digits;
  const second = whole.slice(0, 19);
  const time = new Date(`${second}Z`);
  // Date takes the 31st of November for the 1st of December.
  if (Number.isNaN(time.getTime()) || time.toISOString().slice(0, 19) !== second || second.startsWith("0000"))
    return null;
  return `${second}.${fraction.padEnd(6, "0")}Z`;
}

/** SQL: a time, in UTC as the columns are. */
export function instant(time: Date): string {
  return `timestamp '${time.toISOString().replace("T", " ").replace("Z", "")}'`;
}

/**
 * What an engine writes for a time in UTC (`2026-11-24 02:34:36.29`, with `+00` where it has a zone), in RFC 3339 with milliseconds; what is
 * finer is cut off. Years beyond 9999, BC and infinity stay as they are.
 */
export function timeOfEngine(text: string): string {
  const [, day, second, fraction = ""] =
    /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:\+00)?$/.exec(text) ?? [];
  return day === undefined ? text : `${day}T${second}.${fraction.padEnd(3, "0").slice(0, 3)}Z`;
}
