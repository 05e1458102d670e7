import type { DuckDBConnection } from "@duckdb/node-api";
import { AuditError } from "@openrouter-audit/core";
import { RefusedFile } from "@openrouter-audit/core/seal";
import { parquetRows } from "./lake-relation.ts";
import type { LakeFile } from "./layout.ts";
import type { Provenance } from "./provenance.ts";
import type { SourceFile } from "./source-files.ts";

/** A file of a lake, and the source that has its name now. `isUnchanged`: it need not be looked at. */
export interface Counterparts {
  readonly there: LakeFile & { readonly provenance: Provenance };
  readonly source: SourceFile;
  readonly isUnchanged: boolean;
}

/**
 * That a lake is of the journal that it is to be brought up to: docs/lake.md, "One lake for each journal". Journals of two hosts have
 * files of the same names; without this each would put its days in the place of the other's.
 *
 * @param common the files that both have
 * @throws AuditError `INVALID_OPTIONS`
 */
export async function checkSameJournal(
  connection: DuckDBConnection,
  { directory, source }: { readonly directory: string; readonly source: string },
  common: readonly Counterparts[],
): Promise<void> {
  const other = (why: string) =>
    new AuditError(
      "INVALID_OPTIONS",
      `${directory} is the lake of another journal than ${source}: ${why}. Nothing was written or removed. ` +
        "Each journal has a lake of its own: name another directory.",
    );
  if (common.length === 0) throw other("they have no file in common");
  for (const { there, source, isUnchanged } of common) {
    if (there.provenance.source !== source.source)
      throw other(`${there.name} was made of "${there.provenance.source}", not of "${source.source}"`);
    if (!isUnchanged && !(await beginsAlike(connection, there, source)))
      throw other(`${there.name} begins with another line than ${source.source}`);
  }
}

/** A journal file only grows: as long as there is something of it, it begins with the same line. */
async function beginsAlike(
  connection: DuckDBConnection,
  { path, provenance, ...file }: Counterparts["there"],
  source: SourceFile,
): Promise<boolean> {
  // Of a line without its end more may have come.
  if (provenance.lines === 0 || (provenance.lines === 1 && !provenance.ended)) return true;
  const now = await source.firstLine().catch((cause: unknown) => {
    // Is told when its turn comes.
    if (cause instanceof RefusedFile) return null;
    throw cause;
  });
  if (now === null) return true;
  const found = await connection.runAndReadAll(
    `select coalesce(encode(line), line_bytes) from ${parquetRows([{ ...file, path }])} order by line_number limit 1`,
  );
  const [before] = found.getRowsJS()[0] as [Uint8Array];
  return now.equals(before);
}
