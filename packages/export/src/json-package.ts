import { BagWriter } from "./bag/bag-writer.ts";
import { fileDaysInWords } from "./content/file-days.ts";
import { linesIn } from "./content/log-lines.ts";
import { PopulationCount } from "./content/population.ts";
import { Selection } from "./content/selection.ts";
import { withoutWords } from "./content/verification.ts";
import { worstResult } from "./content/whole-journal.ts";
import type { ExportOptions } from "./export-options.ts";
import { type ExportedPackage, noEntryOf, selectionOf } from "./exported-package.ts";
import { type CopiedJournal, countCopy, filesOf } from "./package-content.ts";
import type { Staging } from "./staging.ts";

const selected = "data/logs/entries.jsonl";

/** Writes one JSON file, entry by entry: docs/export.md, "One JSON file". */
export async function exportJson(
  copied: CopiedJournal,
  staging: Staging,
  options: ExportOptions & { readonly now: Date },
): Promise<ExportedPackage> {
  const { wanted, verification, days } = copied;
  const { out, since, until, now, signal, onProgress } = options;
  const lines = new BagWriter(staging.at("lines"));
  let [paths, directory] = [copied.logPaths, copied.logs.directory];
  let from = { examined: 0, actsLeftOut: 0 };
  let withoutEntries: readonly string[] = [];
  if (wanted !== null) {
    const selection = new Selection(directory, paths, wanted, []);
    await lines.add(selected, selection.lines({ signal, onFile: filesOf(copied, onProgress, "selecting") }));
    [paths, directory] = [[selected], lines.directory];
    withoutEntries = selection.withoutEntries;
    from = { examined: selection.examined, actsLeftOut: selection.actsLeftOut };
  }
  const count =
    wanted === null
      ? await countCopy(copied, options)
      : await PopulationCount.of(directory, paths, { signal });
  const { counts, logs } = count.population;
  const head = {
    export_timestamp: now.toISOString(),
    period: { since: since.toISOString(), until: until.toISOString() },
    summary: {
      counts,
      by_log: logs,
      verification: withoutWords(verification),
      journal: copied.whole.result,
      selection: selectionOf(copied, from),
    },
  };
  const file = new BagWriter(staging.directory);
  const written = await file.add("package.json", jsonOf(head, directory, paths, signal));
  await file.flush();
  await staging.publishFile("package.json");
  return {
    out,
    form: "json",
    days,
    entries: count.entries,
    remarks: [...fileDaysInWords(copied.fileDays), ...withoutEntries.map(noEntryOf)],
    unproven: null,
    verification,
    journal: copied.whole,
    result: worstResult(verification.result, copied.whole),
    tagManifestSha256: null,
    signedBy: null,
    files: 1,
    bytes: written.bytes,
  };
}

async function* jsonOf(
  head: object,
  directory: string,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<string | Uint8Array> {
  yield `${JSON.stringify(head).slice(0, -1)},"logs":[`;
  let isFirst = true;
  for (const path of paths) {
    signal?.throwIfAborted();
    for await (const { line, entry } of linesIn(`${directory}/${path}`)) {
      if (!entry) continue;
      yield isFirst ? "\n" : ",\n";
      yield Buffer.from(line.bytes);
      isFirst = false;
    }
  }
  yield "\n]}\n";
}
