import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { JournalSource } from "./journal-sources.ts";
import type { FilePart } from "./journal-verifier.ts";
import type { PartTerms } from "./read-file-part.ts";

/** Files that are verified in threads of their own, several at a time. */
export interface PartsInWorkers {
  /** For each file what was read of it; null when it has to be read behind those before it. */
  readonly parts: readonly Promise<FilePart | null>[];
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
  const arrived: ((part: FilePart | null) => void)[] = [];
  const parts = sources.map(
    (_source, index) => new Promise<FilePart | null>((resolve) => (arrived[index] = resolve)),
  );
  let next = 0;
  const work = async (worker: Worker) => {
    for (let index = next++; index < sources.length; index = next++) {
      const part = await partFrom(worker, sources[index]!);
      arrived[index]!(part === "dead" ? null : part);
      if (part === "dead") return;
    }
  };
  void Promise.all(workers.map(work)).then(() => {
    // What nobody is left to read.
    for (const arrive of arrived) arrive(null);
  });
  const stop = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  return { parts, stop };
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
