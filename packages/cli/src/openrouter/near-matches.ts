const most = 3;

/** The ids somebody may have meant, the likeliest first. The provider may be missing, the rest misspelt. */
export function nearMatches(meant: string, ids: readonly string[]): string[] {
  const wanted = meant.toLowerCase();
  const near = ids
    .map((id) => ({ id, distance: distanceTo(wanted, id.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 4))
    .sort((a, b) => a.distance - b.distance || a.id.length - b.id.length);
  // Only the provider is missing: then nothing else was meant.
  const certain = near.filter(({ distance }) => distance === 0);
  return (certain.length > 0 ? certain : near).slice(0, most).map(({ id }) => id);
}

function distanceTo(wanted: string, id: string): number {
  const name = id.slice(id.indexOf("/") + 1);
  const wantedName = wanted.slice(wanted.indexOf("/") + 1);
  // The right name under a wrong or missing provider is as near as one slip of the finger.
  return Math.min(editDistance(wanted, id), editDistance(wantedName, name) + (wanted.includes("/") ? 1 : 0));
}

/** Levenshtein's: how many letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_none, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
