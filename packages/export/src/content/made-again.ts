import { basename, join } from "node:path";
import type { AuditEntry, JournalVerification } from "@openrouter-audit/core";
import { isProvenHead, type LogHead, verifierOf } from "@openrouter-audit/core/seal";
import { textIn } from "../bag/bag-files.ts";
import type { FilesMade } from "../bag/files-made.ts";
import { attestationFile } from "../bag/manifest.ts";
import type { CheckedLogs } from "../checked-logs.ts";
import { queryText } from "../exported-package.ts";
import type { GivenPackage } from "../given-package.ts";
import { jsonText } from "../json-text.ts";
import { logsFolder, withLogsFolder } from "../logs-folder.ts";
import { inTemporaryFolder } from "../working-folder.ts";
import { anchorFolder, notesIn } from "./anchors.ts";
import { certification } from "./certification.ts";
import { controlMatrix } from "./control-matrix.ts";
import { custodyText, type ExportAct, retentionText } from "./custody.ts";
import { entrySchema } from "./entry-schema.ts";
import { fileDaysOf } from "./file-days.ts";
import { addFormatPages } from "./format-pages.ts";
import { addKeys, type ExportKeys, fingerprintOf } from "./keys.ts";
import { addHeads } from "./log-names.ts";
import { populationText } from "./population-text.ts";
import { readmeDays } from "./readme-days.ts";
import { readmeVerify } from "./readme-verify.ts";
import { addReport, journalOfSelection } from "./reports.ts";

/** A package that is made again from its lines, its notes and what it says of when it was made. */
export interface MadeFrom extends GivenPackage {
  readonly logs: CheckedLogs;
  /** Of the anchor log in it; null when it has none. */
  readonly notes: readonly AuditEntry[] | null;
  readonly keys: Pick<ExportKeys, "key" | "trust" | "folders">;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined;
}

/** What is in it of how much there is, of heads and of keys, and how to check it. */
export async function addStatements(made: FilesMade, from: MadeFrom): Promise<void> {
  const { claims, logs, files, hashes, keys } = from;
  const { exportedAt: now, wanted } = claims;
  const written = (file: string) => ({ bytes: files.get(file) ?? 0, sha256: hashes.get(file) ?? "" });
  const { population, gaps } = logs.count;
  const names = population.files.map(({ file }) => basename(file));
  const excerpt = { days: claims.days, left_out: claims.leftOut };
  const fileDays = wanted === null ? fileDaysOf(excerpt, names, from.notes ?? [], now) : claims.fileDays;
  const text = populationText({ ...claims, fileDays, now }, population, written);
  await made.add("data/reports/population.json", text);
  await made.add("data/reports/gaps.json", jsonText(wanted === null ? gaps : { gaps: [], missing: [] }));
  await addHeads(
    made,
    logs.journal ? logs.journal.logs.flatMap(({ head }) => head ?? []) : await headsIn(from),
  );
  await addKeys(made, keys);
  await made.add("data/schema/entry.schema.json", await entrySchema());
  await made.add("data/controls/controls.json", await controlMatrix());
  await addFormatPages(made);
  await made.add("data/certification/902-certificate-template.md", certification);
  const facts = {
    text: queryText(claims),
    isAttested: files.has(attestationFile),
    isSelection: wanted !== null,
    keys: keys.trust.keys.map(({ vkey }) => ({ vkey, fingerprint: fingerprintOf(vkey) })),
    result: logs.claimed?.result ?? "intact",
    ...readmeDays(claims.days, claims.leftOut, claims.fileDays, population.files.length > 0),
  };
  await made.add("README-VERIFY.md", readmeVerify(facts));
}

/** What was done with the files of the journal. Of what a person is given, the notes are not there: only the export is looked at. */
export async function addNotes(made: FilesMade, from: MadeFrom): Promise<void> {
  const { directory, files, claims, notes } = from;
  const custody = "data/custody/custody.jsonl";
  const [first = "", ...rest] = ((await textIn(directory, custody, files))?.toString() ?? "").split("\n");
  const isOfOne = claims.wanted?.form === "subject";
  const act = custodyText(actIn(first, claims), isOfOne ? [] : (notes ?? []), isOfOne);
  await made.add(custody, isOfOne ? act + rest.join("\n") : act);
  if (!isOfOne) await made.add("data/reports/retention.json", retentionText(notes, false));
}

/** Who it was is what the package says; when and with what is said elsewhere in it too. */
function actIn(line: string, { exportedAt, tool }: MadeFrom["claims"]): ExportAct {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  let said: Partial<ExportAct> | null = null;
  try {
    said = JSON.parse(line);
  } catch {
    // Then it is another than is made.
  }
  const { user, user_source, host, source } = said ?? {};
  return {
    exported_at: exportedAt.toISOString(),
    user: text(user),
    user_source: text(user_source),
    host: text(host),
    source: text(source),
    tool,
  };
}

/** The report, counted again. */
export async function addReports(made: FilesMade, from: MadeFrom): Promise<void> {
  const { directory, claims, logs, signal, onProgress } = from;
  const { since, until, exportedAt: now, days, wanted } = claims;
  const terms = { since, until, now, signal, onProgress };
  if (wanted === null) {
    const found = logs.claimed as JournalVerification;
    await withLogsFolder(directory, (place) => addReport(made, join(place, logsFolder), terms, found));
    return;
  }
  await inTemporaryFolder(async (place) => {
    const at = (path: string) => join(directory, path);
    const journal = await journalOfSelection({ at }, join(place, "selected"), days.first);
    await addReport(made, journal, terms, null);
  });
}

export async function notesOf({ directory, files, trusted }: GivenPackage): Promise<MadeFrom["notes"]> {
  if (!files.has(`${anchorFolder}/anchor.jsonl`)) return null;
  return notesIn({ at: (path) => join(directory, path) }, trusted);
}

/** The heads that a package tells, as far as they prove themselves. */
export async function headsIn({
  directory,
  files,
  trusted,
}: Pick<GivenPackage, "directory" | "files" | "trusted">): Promise<LogHead[]> {
  const text = (await textIn(directory, "data/checkpoints/heads.jsonl", files))?.toString() ?? "";
  const rootKeys = trusted.map((vkey) => verifierOf(vkey)!);
  return text.split("\n").flatMap((line) => {
    try {
      const head = JSON.parse(line);
      return isProvenHead(head, rootKeys) ? [head] : [];
    } catch {
      return [];
    }
  });
}
