/** As much of the body of an answer as was read. */
export interface BodyRead {
  readonly bytes: Buffer;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

/**
 * Reads the body of an answer, and no more of it than an answer can have: who answers may be anybody, and never end.
 *
 * @throws what the stream fails with, when it breaks off before
 */
export async function readBody(answer: Response, mostBytes: number): Promise<BodyRead> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    pieces.push(piece);
    size += piece.length;
    if (size > mostBytes) break;
  }
  return { bytes: Buffer.concat(pieces).subarray(0, mostBytes), isWhole: size <= mostBytes };
}
