import { existsSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { type AuditAct, AuditError, recordedAnswer } from "@openrouter-audit/core";
import { BagWriter } from "./bag/bag-writer.ts";
import { exportBag } from "./export-bag.ts";
import { checkExportOptions, type ExportOptions } from "./export-options.ts";
import type { ExportedPackage } from "./exported-package.ts";
import { exportJson } from "./json-package.ts";
import { copyJournal, wantedOf } from "./package-content.ts";
import { Staging } from "./staging.ts";

/**
 * Hands the log of a period over: a bag as docs/export.md describes it, in a folder or a ZIP; or one JSON file. It is there whole
 * or not at all. A log that is not intact is exported too, with the findings: see `verification` of the answer.
 *
 * @param journal a journal directory
 * @throws AuditError `INVALID_OPTIONS`; `JOURNAL_UNREADABLE`; `PACKAGE_UNWRITABLE` when the target is there already, the disk refuses, or
 * it would be too large to be verified; what `recordAct` throws: then nothing was exported; the signal's reason
 */
export async function exportPackage(journal: string, options: ExportOptions): Promise<ExportedPackage> {
  checkExportOptions(options);
  checkOutside(journal, options.out);
  const { acts, signal } = options;
  const log = acts && { recordAct: (act: AuditAct) => acts.recordAct({ ...act, act: "exported" }) };
  const rowsOf = ({ entries }: ExportedPackage) => entries;
  return recordedAnswer(log, actOf(journal, options), () => write(journal, options), { signal, rowsOf });
}

/** What is written down of it: docs/entry-format.md, "Readings". */
function actOf(journal: string, options: ExportOptions) {
  const { since, until, users, subject, format = "bagit", out } = options;
  const ids = wantedOf(options)?.users;
  const selected = { ...(users && { user: ids }), ...(subject !== undefined && { subject: ids?.[0] }) };
  return {
    doing: subject === undefined ? "package" : "subject_access",
    source: resolve(journal),
    parameters: { since, until, ...selected, format, out: resolve(out) },
  };
}

function write(journal: string, options: ExportOptions): Promise<ExportedPackage> {
  // Not before it was written down who does this: that is in the journal as a rule.
  const at = { ...options, now: options.now ?? new Date() };
  return Staging.of(at.out, async (staging) => {
    const bag = new BagWriter(staging.at("bag"));
    const copied = await copyJournal(journal, bag, staging, at);
    return at.format === "json"
      ? exportJson(copied, staging, at)
      : exportBag(journal, copied, bag, staging, at);
  });
}

/** A file that is none of its own makes a journal worse than it is. @throws AuditError `INVALID_OPTIONS` */
function checkOutside(journal: string, out: string): void {
  const parent = dirname(resolve(out));
  if (!existsSync(parent) || !existsSync(journal)) return;
  const way = relative(realpathSync(journal), realpathSync(parent));
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw new AuditError(
    "INVALID_OPTIONS",
    `Nothing was exported: ${out} is in the journal ${journal}, where only its own files may be. Name a place outside of it.`,
  );
}
