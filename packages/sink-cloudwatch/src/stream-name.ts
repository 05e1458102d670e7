/**
 * The stream of a log: its origin, which ends in a UUID, so that no other log has it, with `_` for what the name of a
 * stream must not have, and without what is before its last 512 characters.
 */
export function streamOf(log: string, chosen?: string | ((log: string) => string)): string {
  const wanted = typeof chosen === "function" ? chosen(log) : (chosen ?? log);
  // Of a forged line it may be empty.
  return wanted.replace(/[:*]/g, "_").slice(-512).toWellFormed() || "_";
}
