/** Of an option that may be given again: all that was given. */
export function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
