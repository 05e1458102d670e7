import { resolve } from "node:path";
import { attest, predicateOf } from "./attestation.ts";
import type { BagWriter } from "./bag/bag-writer.ts";
import { zipBag } from "./bag/zip-bag.ts";
import { addAnchorCheckpoint } from "./content/anchors.ts";
import { certification } from "./content/certification.ts";
import { controlMatrix } from "./content/control-matrix.ts";
import { custodyText, retentionText } from "./content/custody.ts";
import { entrySchema } from "./content/entry-schema.ts";
import { fileDaysInWords } from "./content/file-days.ts";
import { addFormatPages } from "./content/format-pages.ts";
import { addKeys, fingerprintOf } from "./content/keys.ts";
import { addLaterLines } from "./content/later-lines.ts";
import { addHeads, addProofs } from "./content/log-names.ts";
import { PopulationCount } from "./content/population.ts";
import { populationText } from "./content/population-text.ts";
import { readmeDays } from "./content/readme-days.ts";
import { readmeVerify } from "./content/readme-verify.ts";
import { addReport, journalOfSelection } from "./content/reports.ts";
import { Selection } from "./content/selection.ts";
import { withoutWords } from "./content/verification.ts";
import { wholeJournalText, worstResult } from "./content/whole-journal.ts";
import { countedBytes } from "./counted-bytes.ts";
import { custodianOf, type ExportOptions } from "./export-options.ts";
import { type ExportedPackage, infoOf, nameOf, noEntryOf, queryText } from "./exported-package.ts";
import { jsonText } from "./json-text.ts";
import { type CopiedJournal, countCopy, filesOf } from "./package-content.ts";
import type { Staging } from "./staging.ts";
import { version } from "./version.ts";

const tool = { name: "openrouter-audit", version, node: process.versions.node };
const entriesFile = "data/logs/entries.jsonl";

type Options = ExportOptions & { readonly now: Date };

/** Makes a bag of what was copied, in a folder or a ZIP: docs/export.md. */
export async function exportBag(
  journal: string,
  copied: CopiedJournal,
  bag: BagWriter,
  staging: Staging,
  options: Options,
): Promise<ExportedPackage> {
  const { out, now, root = null } = options;
  const population = await addLogs(copied, bag, options);
  await addReports(copied, bag, staging, population, options);
  await addCustody(journal, copied, bag, options);
  await addKeys(bag, copied.keys);
  await bag.add("data/schema/entry.schema.json", await entrySchema());
  const controls = options.controls === undefined ? await controlMatrix() : options.controls;
  if (controls !== null) await bag.add("data/controls/controls.json", controls);
  await addFormatPages(bag);
  await bag.add("data/certification/902-certificate-template.md", certification);
  await bag.add("README-VERIFY.md", readmeOf(copied, options));
  const tagManifestSha256 = await bag.finish(infoOf(copied, options.organization, now));
  if (root !== null) {
    const { count, from } = population;
    const facts = { ...copied, since: options.since, until: options.until, now, tool };
    const said = predicateOf(facts, { from, entries: count.entries }, copied.verification, copied.whole);
    await bag.addAttestation(await attest(tagManifestSha256, said, root));
  }
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const isZip = /\.zip$/i.test(out);
  const onBytes = countedBytes(onProgress, isZip ? "packing" : "flushing", bag.bytes);
  if (isZip) {
    // Its files go when it is made: only the ZIP is flushed.
    await zipBag(bag, nameOf(copied), staging.at("package.zip"), now, { signal, onBytes });
    await staging.publishFile("package.zip");
  } else {
    await bag.flush({ signal, onBytes });
    await staging.publishFolder("bag");
  }
  return {
    out,
    form: isZip ? "zip" : "directory",
    days: copied.days,
    entries: population.count.entries,
    remarks: [...fileDaysInWords(copied.fileDays), ...population.withoutEntries.map(noEntryOf)],
    unproven: population.unproven?.length ?? null,
    verification: copied.verification,
    journal: copied.whole,
    result: worstResult(copied.verification.result, copied.whole),
    tagManifestSha256,
    signedBy: root?.vkey ?? null,
    files: bag.files.length,
    bytes: bag.bytes,
  };
}

/** The lines, what proves them, and how many they are. */
async function addLogs(copied: CopiedJournal, bag: BagWriter, options: Options) {
  const { signal, onProgress } = options;
  if (copied.wanted === null) {
    await addLaterLines(bag, copied.later);
    await addHeads(
      bag,
      copied.verification.logs.flatMap(({ head }) => head ?? []),
    );
    return {
      count: await countCopy(copied, options),
      from: { examined: 0, actsLeftOut: 0 },
      unproven: null,
      withoutEntries: [],
    };
  }
  const trusted = copied.keys.trust.keys.map(({ vkey }) => vkey);
  const selection = new Selection(copied.logs.directory, copied.logPaths, copied.wanted, trusted);
  await bag.add(entriesFile, selection.lines({ signal, onFile: filesOf(copied, onProgress, "selecting") }));
  const { stretches, unproven } = selection.proofs();
  await addProofs(bag, stretches, onProgress);
  await addHeads(
    bag,
    stretches.map(({ head }) => head),
  );
  const count = await PopulationCount.of(bag.directory, [entriesFile], { signal });
  const { examined, actsLeftOut } = selection;
  const { withoutEntries } = selection;
  return { count, from: { examined, actsLeftOut }, unproven, withoutEntries };
}

type AddedLogs = Awaited<ReturnType<typeof addLogs>>;

async function addReports(
  copied: CopiedJournal,
  bag: BagWriter,
  staging: Staging,
  { count, from, unproven }: AddedLogs,
  { since, until, now, signal, onProgress }: Options,
): Promise<void> {
  const { wanted, verification, segments } = copied;
  const written = new Map(bag.files.map((file) => [file.path, file]));
  const facts = { ...copied, since, until, now, tool, leftOut: segments.left_out, from, unproven };
  await bag.add(
    "data/reports/population.json",
    populationText(facts, count.population, (file) => written.get(file)!),
  );
  await bag.add("data/reports/gaps.json", jsonText(wanted === null ? count.gaps : { gaps: [], missing: [] }));
  const found = wanted?.form === "subject" ? withoutWords(verification) : verification;
  await bag.add("data/reports/verification.json", jsonText(found));
  await bag.add("data/reports/journal.json", wholeJournalText(copied.whole, wanted?.form === "subject"));
  const directory =
    wanted === null
      ? bag.at("data/logs")
      : await journalOfSelection(bag, staging.at("selected"), copied.days.first);
  const progress =
    onProgress &&
    ((done: { bytes: number; totalBytes: number }) =>
      onProgress({ doing: "reporting", bytes: done.bytes, totalBytes: done.totalBytes }));
  const terms = { since, until, now, signal, onProgress: progress };
  await addReport(bag, directory, terms, wanted === null ? verification : null);
}

async function addCustody(
  journal: string,
  { anchors, notes, wanted }: CopiedJournal,
  bag: BagWriter,
  { by, now }: Options,
): Promise<void> {
  const isOfOne = wanted?.form === "subject";
  if (anchors && isOfOne) await addAnchorCheckpoint(bag, anchors);
  const act = { exported_at: now.toISOString(), ...custodianOf(by), source: resolve(journal), tool };
  await bag.add("data/custody/custody.jsonl", custodyText(act, notes ?? [], isOfOne));
  await bag.add("data/reports/retention.json", retentionText(notes, isOfOne));
}

function readmeOf(copied: CopiedJournal, { root }: Options): string {
  const { wanted, verification, keys, fileDays, segments } = copied;
  return readmeVerify({
    text: queryText(copied),
    isAttested: root !== undefined && root !== null,
    isSelection: wanted !== null,
    keys: keys.trust.keys.map(({ vkey }) => ({ vkey, fingerprint: fingerprintOf(vkey) })),
    result: verification.result,
    ...readmeDays(copied.days, segments.left_out, fileDays, copied.logPaths.length > 0),
  });
}
