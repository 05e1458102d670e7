/** Joins the pieces and cuts them anew, into so many bytes each; a list of sizes is gone through again and again. */
export function cutPieces(pieces: readonly Uint8Array[], bytes: number | readonly number[]): Uint8Array[] {
  const sizes = (typeof bytes === "number" ? [bytes] : bytes).map((size) => Math.max(1, Math.floor(size)));
  if (sizes.length === 0) return [...pieces];

  const whole = Buffer.concat(pieces);
  const cut: Uint8Array[] = [];
  for (let start = 0; start < whole.length; ) {
    const size = sizes[cut.length % sizes.length] ?? whole.length;
    cut.push(whole.subarray(start, start + size));
    start += size;
  }
  return cut;
}

/** Cuts the piece that holds the given byte in two, so that a write ends exactly there. */
export function cutAt(pieces: readonly Uint8Array[], offset: number): Uint8Array[] {
  const cut: Uint8Array[] = [];
  let start = 0;
  for (const piece of pieces) {
    const inside = offset - start;
    if (inside > 0 && inside < piece.length) cut.push(piece.subarray(0, inside), piece.subarray(inside));
    else cut.push(piece);
    start += piece.length;
  }
  return cut;
}
