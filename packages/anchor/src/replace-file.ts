import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * Gives a file a content, so that whoever reads it at any moment, also after a crash, finds the old content or the new
 * one. New files are made with 0600. Only one process at a time may do this with a file.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const draft = `${path}.tmp`;
  const before = statSync(path, { throwIfNoEntry: false });
  const file = openSync(draft, "w", 0o600);
  try {
    if (before) chmodSync(draft, before.mode & 0o777);
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  flushDirectory(dirname(path));
}

/** Makes a directory (0700) with all above it. */
export function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** The name of a file is durable only when its directory is. */
export function flushDirectory(path: string): void {
  // Windows opens no directories, and needs no such thing.
  if (process.platform === "win32") return;
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
