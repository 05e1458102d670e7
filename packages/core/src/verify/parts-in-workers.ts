import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { JournalSource } from "./journal-sources.ts";
import type { FilePart } from "./journal-verifier.ts";
import type { PartTerms } from "./read-file-part.ts";

/** Files that are verified in threads of their own, the last ones first: whoever joins them reads from the front. */
export interface PartsInWorkers {
  /** What a thread reads of a file, null when it has to be read behind those before it; undefined when none has begun, nor will. */
  take(index: number): Promise<FilePart | null> | undefined;
  stop(): Promise<void>;
}

/** The script of a thread; null where it is not beside this one, as in a bundle. */
export function workerScript(): string | null {
  if (typeof __dirname === "undefined") return null;
  const script = join(__dirname, "file-worker.js");
  return existsSync(script) ? script : null;
}

export function partsInWorkers(
  script: string,
  sources: readonly JournalSource[],
  terms: PartTerms,
  count: number,
): PartsInWorkers {
  const workers = Array.from({ length: count }, () => new Worker(script, { workerData: terms }));
  // Its end is what counts; unheard, an error would end this process too.
  for (const worker of workers) worker.on("error", () => undefined);
  const parts: (Promise<FilePart | null> | undefined)[] = [];
  // Before `begin` whoever joins them has taken all, from `end` on the threads have.
  let end = sources.length;
  let begin = 0;
  const work = async (worker: Worker) => {
    while (begin < end) {
      end -= 1;
      const part = partFrom(worker, sources[end]!);
      parts[end] = part.then((read) => (read === "dead" ? null : read));
      if ((await part) === "dead") return;
    }
  };
  for (const worker of workers) void work(worker);
  const take = (index: number) => {
    begin = Math.max(begin, index + 1);
    return parts[index];
  };
  const stop = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  return { take, stop };
}

function partFrom(worker: Worker, source: JournalSource): Promise<FilePart | null | "dead"> {
  return new Promise((resolve) => {
    const die = () => resolve("dead");
    worker.once("exit", die);
    worker.once("messageerror", die);
    worker.once("message", (part: FilePart | null) => {
      worker.off("exit", die).off("messageerror", die);
      resolve(part);
    });
    worker.postMessage(source);
  });
}
