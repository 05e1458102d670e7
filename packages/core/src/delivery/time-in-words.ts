/** A time that was allowed, for people: `250 ms`, `9.5 s`, `10 s`. */
export function timeInWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}
