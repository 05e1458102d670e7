import type { LocalArchive } from "@openrouter-audit/retention";
import type { ArchivesVerification, UploadedFile, UploadRun } from "@openrouter-audit/retention/s3";
import type { Colors } from "../terminal.ts";
import { many, moment } from "./amounts.ts";
import { colorOf } from "./result-color.ts";
import { visible } from "./visible.ts";

const outcomes: readonly (readonly [UploadedFile["outcome"], string])[] = [
  ["refused", "refused"],
  ["failed", "not stored"],
  ["stored", "stored"],
  ["noted", "found there, and noted"],
  ["planned", "would be stored"],
  ["had", "there already"],
  ["waits", "waiting"],
  ["over", "over"],
];

/** What became of the files, as a person reads it: what is wrong first. */
export function uploadText({ bucket, dryRun, files, verification }: UploadRun, colors: Colors): string {
  const counts = outcomes
    .map(([outcome, word]) => [word, files.filter((file) => file.outcome === outcome).length] as const)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`);
  const isWrong = files.some(({ outcome }) => outcome === "refused" || outcome === "failed");
  const isTampered = verification.result === "tampered";
  const paint = isTampered ? colors.red : colors.green;
  const word = dryRun ? "DRY RUN" : isWrong ? colors.red("NOT ALL STORED") : paint("STORED");
  const shown = outcomes.flatMap(([outcome]) => files.filter((file) => file.outcome === outcome));
  const lines = shown
    .filter(({ outcome }) => outcome !== "had")
    .map(({ file, reason, retain_until }) => {
      const until = retain_until === null ? "" : `until ${moment(retain_until)} UTC`;
      return `  ${visible(file)}  ${visible([until, reason].filter(Boolean).join(": "))}`;
    });
  const headline = `${colors.bold(word)}  ${visible(bucket)}: ${counts.join(", ") || "the journal has no files"}.`;
  const [problem] = verification.problems;
  if (isTampered && problem)
    lines.push(
      `${colors.red("TAMPERED")}  the journal is not what was sealed (${visible(`${problem.verdict}: ${problem.message}`)}): openrouter-audit verify`,
    );
  return `${[headline, ...lines].join("\n")}\n`;
}

/** The same for programs. docs/archives.md, "For programs". */
export function uploadJson({ bucket, dryRun, anchors, files, verification }: UploadRun) {
  return { bucket, dry_run: dryRun, anchors, journal: verification.result, files };
}

const words = { intact: "KEPT", incomplete: "NOT ALL IS KNOWN", tampered: "NOT AS IT WAS STORED" } as const;

/** What was found in the storages and in the journal. */
export interface FoundArchives extends ArchivesVerification {
  /** Beside the journal. */
  readonly local: readonly LocalArchive[];
}

/** What was found of them, what is wrong first. */
export function archivesText({ result, archives, local, key }: FoundArchives, colors: Colors): string {
  const paint = colorOf(result, colors);
  const isKept = ({ verdict }: { readonly verdict: string }) => verdict === "KEPT";
  const told = archives.filter(({ message }) => message !== null);
  const lines = [
    ...local
      .filter(({ message }) => message !== null)
      .map(({ verdict, file, message }) => `  ${verdict.padEnd(8)}  ${visible(file)}: ${visible(message!)}`),
    ...told.map(({ verdict, archive, message }) => {
      const { bucket, key: name, version_id } = archive.at;
      return `  ${verdict.padEnd(8)}  ${visible(`${bucket}/${name}`)}: ${visible(message!)}\n    version ${visible(version_id)}`;
    }),
  ];
  const counts = [
    ...(archives.length > 0
      ? [`${archives.filter(isKept).length} of ${many(archives.length, "object")} as noted`]
      : []),
    ...(local.length > 0
      ? [`${local.filter(isKept).length} of ${many(local.length, "archive")} in the journal as noted`]
      : []),
  ];
  const how = counts.join(", ") || "the anchor log notes nothing that was stored, so nothing was looked at";
  return `${[`${colors.bold(paint(words[result]))}  ${how}.`, ...lines, `notes verified with ${visible(key)}`].join("\n")}\n`;
}

/** The same for programs. docs/archives.md, "For programs". */
export function archivesJson({ keySource, ...found }: FoundArchives) {
  return { ...found, key_source: keySource };
}
