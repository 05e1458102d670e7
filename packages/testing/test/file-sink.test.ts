import { appendFile, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditSink, lineOf } from "@openrouter-audit/core";
import { describeSink } from "@openrouter-audit/testing/sink";

function fileSink(path: string): AuditSink {
  return {
    name: "file",
    async write(batch, { signal }) {
      signal.throwIfAborted();
      const lines = batch.map((entry) => `${lineOf(entry)}\n`).join("");
      await appendFile(path, lines, { flush: true, mode: 0o600 }); // resolved means: on the disk
    },
  };
}

const directory = mkdtemp(join(tmpdir(), "file-sink-"));
const path = async () => join(await directory, "audit.jsonl");

describeSink("file", {
  open: async () => fileSink(await path()),
  // A line may be there twice, after a lost acknowledgement: readers take it once.
  readBack: async () => new Set((await readFile(await path(), "utf8")).split("\n").slice(0, -1)),
});
