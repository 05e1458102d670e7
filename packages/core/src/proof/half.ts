/** Of a position or a size, rounded down. */
export function half(number: number): number {
  // Not >>: sizes may exceed 32 bits.
  return Math.floor(number / 2);
}
