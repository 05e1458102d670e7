/** `away`: nothing is taken. `well`: the suspect was taken too. `accused`: others are taken, and the suspect is not. */
export type Verdict = "away" | "well" | "accused";

export interface Trial<P> {
  /** What failed just now, alone. */
  readonly suspect: P;
  /** What the sink has taken before; null when that is nothing yet. */
  readonly known: P | null;
  /** What stands behind the suspect, or null when that is nothing. */
  readonly other: () => Promise<P | null>;
  /** Tries one alone. */
  readonly takes: (parcel: P) => Promise<boolean>;
}

/**
 * Whether an entry that fails alone is at fault, or the place that should take it. First what was taken before comes again,
 * which changes nothing: when that fails, the place is away, and nothing may overtake the suspect. When it is taken, the suspect
 * has another try, for the place may have come back just now. Only then another one is tried that it does not have yet: a sink
 * may know again what it has without asking the place.
 */
export async function judge<P>({ suspect, known, other, takes }: Trial<P>): Promise<Verdict> {
  if (known !== null) {
    if (!(await takes(known))) return "away";
    if (await takes(suspect)) return "well";
  }
  const compared = await other();
  return compared !== null && (await takes(compared)) ? "accused" : "away";
}
