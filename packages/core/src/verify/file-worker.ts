import { parentPort, workerData } from "node:worker_threads";
import type { JournalSource } from "./journal-sources.ts";
import { type PartTerms, readFilePart } from "./read-file-part.ts";

// A thread that verifies files one by one: see parts-in-workers.ts.
parentPort?.on("message", (source: JournalSource) => {
  void readFilePart(source, workerData as PartTerms)
    // Whoever reads the file again meets the same error, and says it.
    .catch(() => null)
    .then((part) => parentPort!.postMessage(part));
});
