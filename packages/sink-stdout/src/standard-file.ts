import { fstatSync, writeSync } from "node:fs";

/** The file that standard output, or error, was redirected to; null when it is none. */
export function standardFile(stream: NodeJS.WritableStream): number | null {
  if (stream !== process.stdout && stream !== process.stderr) return null;
  // In a worker thread there is none: its output goes through the main thread.
  const { fd } = stream as unknown as { readonly fd?: number };
  return typeof fd === "number" && fstatSync(fd).isFile() ? fd : null;
}

/**
 * Writes all of a text. Node's own stream calls a text written of which a disk that becomes full took a part.
 *
 * @throws the error of the system; a part may be written
 */
export function writeWhole(file: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
}
