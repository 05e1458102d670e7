import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeSink, memorySink } from "@openrouter-audit/testing/sink";
import { fileSink, readFileSink } from "./support/file-sink.ts";

const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
afterAll(() => rmSync(directory, { recursive: true }));

const memory = memorySink();
describeSink("memory", { open: () => memory, readBack: () => memory.entries });

const path = join(directory, "made", "entries.jsonl");
describeSink("file", {
  open: (wire) => fileSink(path, wire),
  readBack: () => readFileSink(path),
  faults: true,
  reject: { forbidden: true },
});
