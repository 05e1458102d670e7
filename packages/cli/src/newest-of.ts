/** The last `count` of what comes, keeping no more than that. `onEach` is told of everything that came. */
export async function* newestOf<T>(
  all: AsyncIterable<T>,
  count: number,
  onEach: () => void = () => undefined,
): AsyncGenerator<T> {
  const kept: T[] = [];
  let total = 0;
  for await (const one of all) {
    if (count > 0) kept[total % count] = one;
    total += 1;
    onEach();
  }
  const oldest = total > count && count > 0 ? total % count : 0;
  yield* kept.slice(oldest);
  yield* kept.slice(0, oldest);
}
