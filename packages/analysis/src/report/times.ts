const latest = 8.64e15;

/** SQL: a time in seconds since 1970, as a number. */
export function secondsOf(time: string): string {
  return `cast(extract(epoch from ${time}) as double precision)`;
}

/** What `secondsOf` answered, in RFC 3339; null for no time. One that a Date cannot hold is the nearest that it can. */
export function timeOf(seconds: number): string;
export function timeOf(seconds: number | null): string | null;
export function timeOf(seconds: number | null): string | null {
  if (seconds === null) return null;
  return new Date(Math.max(-latest, Math.min(latest, Math.round(seconds * 1000)))).toISOString();
}
