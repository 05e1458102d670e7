/** The known name that is meant by one that is mistyped, cut short or written in another case; null when none is near. */
export function nearestName(given: string, known: readonly string[]): string | null {
  const typed = plain(given);
  // Nobody mistypes at such length, and each further letter is a further row to compare.
  if (typed.length === 0 || typed.length > 64) return null;
  const most = Math.min(3, Math.max(1, Math.floor(typed.length / 3)));
  let nearest: { readonly name: string; readonly distance: number } | null = null;
  for (const name of known) {
    const distance = distanceBetween(typed, plain(name));
    if (distance <= most && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
      nearest = { name, distance };
  }
  if (nearest) return nearest.name;
  return (typed.length > 2 && known.find((name) => plain(name).startsWith(typed))) || null;
}

/** The same as a sentence of a message, with the space before it; empty when none is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const meant = nearestName(given, known);
  return meant === null ? "" : ` Did you mean "${meant}"?`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}

/** How many letters one must add, leave out or exchange to make one of the other (Levenshtein). */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...one].entries()) {
    const next = [above + 1];
    for (let at = 1; at <= other.length; at++) {
      const exchanged = row[at - 1]! + (letter === other[at - 1] ? 0 : 1);
      next.push(Math.min(exchanged, row[at]! + 1, next[at - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
