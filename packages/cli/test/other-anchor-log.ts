import { cpSync } from "node:fs";
import { join } from "node:path";
import { anchorJournal } from "@openrouter-audit/anchor";
import { oldJournal, root } from "../../retention/test/support/old-journal.ts";

/** Puts the anchor log of another journal with the same key beside a journal. */
export async function putOtherLog(directory: string): Promise<void> {
  const other = oldJournal().directory;
  await anchorJournal({ directory: other, root });
  cpSync(join(other, "anchor"), join(directory, "anchor"), { recursive: true });
}
