const seal = `,"chain_hash":"${"A".repeat(43)}=","signature":""}`;

/** A line as a journal has it, but for its seal, which is none: who reads it to answer questions does not verify it. */
export function lineOf(entry: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(entry).slice(0, -1)}${seal}`;
}
