import type { NotedAnchorLog } from "@openrouter-audit/anchor";
import { AuditError, type JsonObject } from "@openrouter-audit/core";
import { connectPostgres, dropExactly, listDays } from "@openrouter-audit/sink-postgres";
import type { Approval } from "../approval/approvals.ts";
import { draftOf } from "../person.ts";
import type { PlannedDay } from "./plan-table.ts";
import type { RetainTableOptions } from "./retain-table-options.ts";

/** Day by day: first the tombstone, then the partition. */
export async function dropDays(
  doomed: readonly PlannedDay[],
  log: Pick<NotedAnchorLog, "notes" | "note">,
  policy: JsonObject,
  approvalOf: (day: PlannedDay) => Approval | null,
  table: string,
  { connectionString, schema, person, onDropped }: RetainTableOptions,
): Promise<string[]> {
  const who = draftOf(person);
  const { client } = await connectPostgres(connectionString, { schema });
  const dropped: string[] = [];
  try {
    for (const group of new Set(doomed.map((day) => day.group))) {
      const together = doomed.filter((day) => day.group === group);
      for (const day of together.filter((each) => !isNoted(each, log))) {
        const { file, lines, bytes, sha256, cuts } = day;
        const by = approvalOf(day);
        const detail = {
          files: [{ file, lines, bytes, sha256 }],
          table,
          policy,
          cuts,
          ...(by && { approved_by: { user_id: by.by, at: by.at, seq: by.seq } }),
        };
        await log.note("deleted", detail as unknown as JsonObject, who);
      }
      const lines = together.reduce((sum, day) => sum + day.lines, 0);
      const since = together.map((day) => day.since).sort()[0]!;
      const days = (await listDays(client, { schema }))
        .map(({ day }) => day)
        .filter((day) => day >= since && day <= together.at(-1)!.file);
      await dropExactly(client, { days, lines, schema });
      for (const day of together) {
        dropped.push(day.file);
        onDropped?.(day);
      }
    }
    return dropped;
  } catch (cause) {
    if (!(cause instanceof AuditError) || dropped.length === 0) throw cause;
    throw new AuditError(cause.code, `${cause.message} Dropped before: ${dropped.join(", ")}.`, { cause });
  } finally {
    await client.end();
  }
}

/** Whether a run that was cut short has noted the same contents as deleted. */
function isNoted({ file, sha256 }: PlannedDay, { notes }: Pick<NotedAnchorLog, "notes">): boolean {
  return notes.some(({ event_type, detail }) => {
    const files = detail?.files as
      | readonly { readonly file?: unknown; readonly sha256?: unknown }[]
      | undefined;
    return (
      event_type === "audit.deleted" &&
      typeof detail?.table === "string" &&
      Array.isArray(files) &&
      files.some((each) => each?.file === file && each?.sha256 === sha256)
    );
  });
}
