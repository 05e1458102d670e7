import type { ExportedPackage, PackageVerification } from "@openrouter-audit/export";
import type { Colors } from "../terminal.ts";
import { bytesInWords, count, many } from "./amounts.ts";
import { colorOf } from "./result-color.ts";
import { visible } from "./visible.ts";

/** So many findings tell the story. */
const mostShown = 40;

/** What a verification of a package found, for a person. */
export function packageText(found: PackageVerification, colors: Colors): string {
  const { result, path, files, bytes, problems, about, entries, proofs } = found;
  const mark = colorOf(result, colors);
  const shown = problems.filter(({ verdict, result: of }) => verdict !== "NO_ATTESTATION" || of !== "intact");
  const lines = [
    `${colors.bold(mark(result.toUpperCase()))}  ${visible(path)}: ${many(files, "file")}, ${bytesInWords(bytes)}, ${many(entries, "entry", "entries")}.`,
    ...(about ? [visible(about.text), `exported ${visible(about.exported_at)}`] : []),
    "",
    ...shown
      .slice(0, mostShown)
      .map(
        ({ verdict, file, message }) =>
          `${verdict}  ${file === null ? "" : `${visible(file)}: `}${visible(message)}`,
      ),
    ...(shown.length > mostShown ? [`and ${count(shown.length - mostShown)} more: --json has them`] : []),
    ...(shown.length > 0 ? [""] : []),
    `${colors.dim("attestation ")}  ${attestationIn(found)}`,
    ...(proofs
      ? [
          `${colors.dim("proofs      ")}  ${count(proofs.proven)} of ${count(proofs.entries)} entries are proven`,
        ]
      : []),
    ...(found.journal
      ? [`${colors.dim("logs        ")}  ${many(found.journal.logs.length, "log")}: ${found.journal.result}`]
      : []),
    `${colors.dim("public key  ")}  ${visible(found.key)}`,
    `${" ".repeat(14)}${found.keySource === "given" ? "as you gave it" : "read from the package itself; give the one you were handed: --key <KEY>"}`,
    `${colors.dim("tag manifest")}  ${found.tagManifestSha256 ?? "not there"} (SHA-256)`,
    ...found.notChecked.map(
      (what, index) => `${colors.dim(index === 0 ? "not checked " : " ".repeat(12))}  ${visible(what)}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function attestationIn({ attestation, keySource, key, signedBy }: PackageVerification): string {
  if (attestation === "missing") return "none: nobody signed for the package as a whole";
  if (attestation === "wrong") return "NOT of this key, or about something else";
  if (signedBy && signedBy.vkey !== key) {
    const { vkey, relation, note } = signedBy;
    const how = relation === "successor" ? "which took over from" : "which was replaced by";
    return visible(
      `signed by ${vkey}, ${how} the key ${keySource === "given" ? "you gave" : "in the package"}, by ${note}`,
    );
  }
  return keySource === "given" ? "signed by this key" : "signed by the key in the package";
}

/** What was exported, for a person. */
export function exportText(made: ExportedPackage, colors: Colors): string {
  const { out, form, days, entries, unproven, verification, signedBy, files, bytes, tagManifestSha256 } =
    made;
  const mark = colorOf(verification.result, colors);
  const lines = [
    `${colors.bold(visible(out))}  ${many(entries, "entry", "entries")} of ${days.first} to ${days.last}, ${many(files, "file")}, ${bytesInWords(bytes)}.`,
    "",
    `logs          ${mark(verification.result)}${verification.result === "intact" ? "" : ": the findings are in the package"}`,
    ...journalLines(made, colors),
    ...made.remarks.map((remark, index) => `${(index === 0 ? "note" : "").padEnd(12)}  ${visible(remark)}`),
    ...(unproven
      ? [`unproven      ${many(unproven, "entry has", "entries have")} no proof: the package names them`]
      : []),
    ...(form === "json"
      ? ["proofs        none: this form has neither proofs nor a signature"]
      : [signedLine(signedBy)]),
    ...(tagManifestSha256 === null ? [] : [`tag manifest  ${tagManifestSha256} (SHA-256)`]),
    ...(form === "json" ? [] : ["", `Check it: openrouter-audit verify ${visible(out)} --key <KEY>`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** The whole journal, where the package is of a part of it and that is not all. */
function journalLines({ journal }: ExportedPackage, colors: Colors): string[] {
  const { result, problems, problem_count } = journal;
  if (result === "intact") return [];
  const shown = problems
    .slice(0, 5)
    .map(({ verdict, message }) => `${" ".repeat(14)}${visible(`${verdict}  ${message}`)}`);
  const mark = result === "tampered" ? colors.red : colors.yellow;
  return [
    `whole journal ${mark(result)}: the package says so`,
    ...shown,
    ...(problem_count > shown.length
      ? [`${" ".repeat(14)}and ${count(problem_count - shown.length)} more`]
      : []),
  ];
}

function signedLine(signedBy: string | null): string {
  return `signed by     ${signedBy === null ? "nobody: the root key is not at hand" : visible(signedBy)}`;
}
