import { tokenize } from "../tokenize.ts";

/**
 * A unit vector for a text: the same one every time, and the nearer to another text's the more tokens they share. Its
 * numbers are those of 32 bits, so that they are the same as JSON and as base64.
 */
export function composeEmbedding(text: string, dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions);
  const counts = new Map<number, number>([[hash(""), 0.01]]);
  for (const token of tokenize(text.toLowerCase())) {
    const seed = hash(token.trim());
    counts.set(seed, (counts.get(seed) ?? 0) + 1);
  }
  for (const [seed, count] of counts) {
    const next = randomNumbers(seed);
    for (let index = 0; index < dimensions; index++) sum[index] = (sum[index] ?? 0) + count * next();
  }
  const length = Math.hypot(...sum);
  return Float32Array.from(sum, (value) => value / length);
}

/** How near two unit vectors are, from -1 to 1. */
export const similarity = (one: Float32Array, other: Float32Array): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

// FNV-1a: not secret, only spread out.
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

// mulberry32, from -1 to 1: the same numbers for the same seed.
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2_147_483_648 - 1;
  };
}
