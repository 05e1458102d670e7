import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditEntry, readJournal } from "@openrouter-audit/core";
import { fakeFetches, fetchCall } from "./fetch-call.ts";
import { openAudit } from "./open-audit.ts";

/** The entry of a call that was really made and recorded. */
export async function realEntry(): Promise<AuditEntry> {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-bench-"));
  try {
    const url = "https://openrouter.ai/api/v1";
    const audit = openAudit(directory, url, fakeFetches.json);
    await audit.run({ userId: "ada" }, fetchCall("json", url, audit.fetch));
    await audit.close();
    for await (const entry of readJournal(directory)) return entry;
    throw new Error("The call was not recorded.");
  } finally {
    rmSync(directory, { recursive: true });
  }
}
