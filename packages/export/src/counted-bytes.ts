/** Told again and again how far a part of the work is. */
export type OnBytes<Doing extends string> = (done: {
  readonly doing: Doing;
  readonly bytes: number;
  readonly totalBytes: number;
}) => void;

/** Adds up how much of a part is done. @returns to be told of what was done more */
export function countedBytes<Doing extends string>(
  onProgress: OnBytes<Doing> | undefined,
  doing: Doing,
  totalBytes: number,
): (bytes: number) => void {
  let bytes = 0;
  return (more) => {
    bytes += more;
    onProgress?.({ doing, bytes, totalBytes });
  };
}
