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
