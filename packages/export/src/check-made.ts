import { existsSync } from "node:fs";
import { join } from "node:path";
import { trustedKeys } from "@openrouter-audit/core";
import { textIn } from "./bag/bag-files.ts";
import { bagInfoText } from "./bag/bag-writer.ts";
import { FilesMade } from "./bag/files-made.ts";
import { attestationFile, isManifest } from "./bag/manifest.ts";
import type { CheckedLogs } from "./checked-logs.ts";
import { isOfAnchors } from "./content/anchors.ts";
import { isOfLaterLines } from "./content/later-lines.ts";
import { addNotes, addReports, addStatements, type MadeFrom, notesOf } from "./content/made-again.ts";
import { infoOf } from "./exported-package.ts";
import type { GivenPackage } from "./given-package.ts";
import { type PackageProblem, tampered } from "./package-problem.ts";
import { version } from "./version.ts";

/** What a package says that was not made again, in words. */
export type NotMadeAgain = readonly string[];

/** Files that are always the same, or say what to do: not what the lines say. */
const fixed = /^(?:README-VERIFY\.md|bag-info\.txt|data\/(?:schema|format|certification|keys)\/.*)$/;
const controls = "data/controls/controls.json";
/** What is looked at elsewhere. */
const known = new Set([
  "bagit.txt",
  attestationFile,
  controls,
  "data/reports/verification.json",
  "data/reports/journal.json",
  "data/reports/report.json",
  "data/reports/report.html",
]);

/**
 * Makes everything again that a package has beside its lines, and compares. Whoever holds the root key can sign for any report; not for
 * one that the lines do not give. docs/export.md, "Verification"
 */
export async function checkMade(
  given: GivenPackage,
  logs: CheckedLogs,
  options: Pick<MadeFrom, "signal" | "onProgress">,
): Promise<NotMadeAgain> {
  const { claims, problems } = given;
  const { tool } = claims;
  if (tool.name !== "openrouter-audit" || tool.version !== version)
    return [
      `Reports, README-VERIFY.md and what else is made from the lines: ${tool.name} ${tool.version} made them, and this is ${version}. Take the commands of README-VERIFY.md from elsewhere.`,
    ];
  const from: MadeFrom = {
    ...given,
    logs,
    notes: await notesOf(given),
    keys: await keysOf(given),
    ...options,
  };
  const made = new FilesMade();
  await addStatements(made, from);
  await addNotes(made, from);
  await made.add("bag-info.txt", await infoFor(given));
  compare(made, given);
  checkNames(made, given);
  const asSaid =
    claims.wanted === null
      ? ["What verification of the files of other days found: as the package says it."]
      : [
          "What verification of the whole logs found, and what was done with their files: as the package says it.",
        ];
  // Nobody goes by them then, and what wrote the lines may be hostile.
  if (problems.some(({ result }) => result === "tampered"))
    return [...asSaid, "The reports were not made again, because of what was found."];
  const reports = new FilesMade();
  await addReports(reports, from);
  compare(reports, given);
  return asSaid;
}

async function infoFor({ claims, directory, files }: GivenPackage): Promise<string> {
  const info = (await textIn(directory, "bag-info.txt", files))?.toString() ?? "";
  const organization = /^Source-Organization: (.+)$/m.exec(info)?.[1];
  // Whether that is right is said of the bag.
  const oxum = /^Payload-Oxum: (.*)$/m.exec(info)?.[1] ?? "";
  return bagInfoText(infoOf(claims, organization, claims.exportedAt), oxum);
}

function compare(made: FilesMade, { files, hashes, problems }: GivenPackage): void {
  for (const [path, hash] of made.hashes) {
    if (hashes.get(path) === hash) continue;
    if (path === controls) {
      if (files.has(path)) problems.push(otherControls);
    } else if (!files.has(path))
      problems.push(tampered("FILE_MISSING", path, "every package has it, and this one has not"));
    else if (fixed.test(path))
      problems.push(tampered("NOT_AS_MADE", path, `it is not what ${version} writes of this package`));
    else problems.push(tampered("COUNTS_DIFFER", path, "made again from the lines and notes, it is another"));
  }
}

function checkNames(made: FilesMade, { claims: { wanted }, files, problems }: GivenPackage): void {
  const isOfOne = wanted?.form === "subject";
  const isKnown = (path: string) =>
    made.hashes.has(path) ||
    known.has(path) ||
    isManifest(path) ||
    // What stands there is looked at line by line.
    path.startsWith("data/logs/") ||
    (wanted !== null && path.startsWith("data/proofs/")) ||
    (wanted === null && isOfLaterLines(path, files)) ||
    (isOfOne && path === "data/reports/retention.json") ||
    isOfAnchors(path, isOfOne);
  for (const path of files.keys())
    if (!isKnown(path))
      problems.push(tampered("FILE_FOREIGN", path, "no package has such a file: it is somebody's own"));
}

const otherControls: PackageProblem = {
  verdict: "NOT_AS_MADE",
  result: "intact",
  file: controls,
  message: "it is not the control matrix of this version: whoever exported brought another one",
};

/** The package's own key, when it is one of those that are trusted. */
async function keysOf({
  directory,
  files,
  trusted,
  problems,
  key: given,
}: GivenPackage): Promise<MadeFrom["keys"]> {
  const file = "data/keys/public-key";
  const own = ((await textIn(directory, file, files))?.toString() ?? "").trim();
  const isTrusted = trusted.includes(own);
  if (!isTrusted)
    problems.push(
      tampered("OTHER_KEY", file, "it is not the public key you gave, and no note ties it to that one"),
    );
  const [key, notes] = [isTrusted ? own : given, join(directory, "data/keys")];
  return { key, trust: trustedKeys(existsSync(notes) ? notes : [], key), folders: [notes] };
}
