/**
 * What to type as --key: the key that was given. Never the file in which the journal keeps its own: whoever replaced the journal
 * replaced that as well.
 */
export function keyToType(given: string | undefined): string | undefined {
  return given === undefined || /\s/.test(given.trim()) ? undefined : given.trim();
}
