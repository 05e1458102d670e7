import { unreadable } from "../journal/unreadable.ts";
import type { JournalSource, JournalSources } from "./journal-sources.ts";
import { JournalVerifier } from "./journal-verifier.ts";
import { type PartsInWorkers, partsInWorkers, workerScript } from "./parts-in-workers.ts";
import type { VerificationTerms } from "./verification-terms.ts";

/** In bytes: less than this is read before a thread has begun. */
const worthAThread = 16 << 20;

/** How the files of a journal are read. */
export interface ReadSourcesOptions {
  /** Threads, this one among them. */
  readonly workers?: number;
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
}

/**
 * Reads all files of a journal, one after the other; with workers, each by itself and several at a time, as far as they
 * stand by themselves.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` when one cannot be read
 */
export async function readSources(
  { files, refused }: JournalSources,
  terms: VerificationTerms,
  options: ReadSourcesOptions,
): Promise<JournalVerifier> {
  const run = new JournalVerifier(terms);
  for (const { name, reason } of refused) run.refuse(name, reason);
  const inWorkers = startWorkers(files, terms, options.workers ?? 1);
  try {
    await readInOrder(run, files, options.onProgress, inWorkers);
  } finally {
    await inWorkers?.stop();
  }
  return run;
}

async function readInOrder(
  run: JournalVerifier,
  files: readonly JournalSource[],
  onProgress: ReadSourcesOptions["onProgress"],
  inWorkers: PartsInWorkers | null,
): Promise<void> {
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  const onRead = (more: number) => {
    bytes += more;
    onProgress?.({ bytes, totalBytes });
  };
  for (const [index, file] of files.entries()) {
    const part = await inWorkers?.take(index);
    if (file.lines) {
      const before = bytes;
      await run.readDay(file.name, file.lines(), onRead);
      // About so many it was.
      bytes = Math.max(before + file.size, totalBytes === 0 ? bytes : 0);
    } else if (part && run.join(part)) onRead(file.size);
    else
      await run.read(file, onRead).catch((cause) => {
        throw "syscall" in cause ? unreadable(file.path, cause) : cause;
      });
  }
}

function startWorkers(
  files: readonly JournalSource[],
  { rootKeys, roots, signatures }: VerificationTerms,
  most: number,
): PartsInWorkers | null {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const count = Math.min(most, files.length, Math.ceil(bytes / worthAThread));
  // What a store says can be given to no thread.
  const script = count > 1 && !files.some(({ lines }) => lines) ? workerScript() : null;
  if (script === null) return null;
  return partsInWorkers(
    script,
    files,
    { rootKeys: rootKeys.map(({ vkey }) => vkey), roots, signatures },
    // This thread reads too.
    count - 1,
  );
}
