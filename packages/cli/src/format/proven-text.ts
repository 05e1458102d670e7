import type { FailedProof, ProvenEntry, ProvenGrowth } from "@openrouter-audit/core";
import type { Colors } from "../terminal.ts";
import { many } from "./amounts.ts";
import { jsonLine, visible } from "./visible.ts";

// What somebody sends as a proof may hold anything; --json gives all of it.
const mostMembers = 200;
const longestMember = 2000;

/** That an entry is proven, by what, and what that does not say. */
export function provenEntryText(found: ProvenEntry, colors: Colors): string {
  const { log, seq, size, root, logKey, rootKey, delegated, entry } = found;
  return textOf([
    `${colors.bold(colors.green("PROVEN"))}  this entry stood at position ${seq} of a log of ${many(size, "entry", "entries")}.`,
    "",
    ...facts(
      { log, root, "signed by": logKey, "certified by": `${rootKey}, at ${delegated} by its clock` },
      colors,
    ),
    "",
    ...membersOf(entry, colors),
    "",
    ...limits(colors, [
      "that the log is whole, that no other log was removed, or that nothing was left out",
      "that what the entry says is true, or that the clock of the writer was right",
      "that the public key is the right one: it must not have come with the proof",
    ]),
  ]);
}

/** That a log only grew, by what, and what that does not say. */
export function provenGrowthText(found: ProvenGrowth, colors: Colors): string {
  const { log, oldSize, oldRoot, oldSigned, newSize, newRoot, logKey, rootKey, delegated } = found;
  const nothing = oldSize === newSize;
  return textOf([
    `${colors.bold(colors.green("PROVEN"))}  ${nothing ? `both heads of ${many(newSize, "entry", "entries")} are the same.` : `from ${oldSize} to ${many(newSize, "entry", "entries")} nothing was changed or removed: the log only grew.`}`,
    "",
    ...facts(
      {
        log,
        "old root": `${oldRoot} (${oldSigned ? "signed" : "as you gave it"})`,
        "new root": newRoot,
        "signed by": logKey,
        "certified by": `${rootKey}, at ${delegated} by its clock`,
      },
      colors,
    ),
    "",
    ...limits(colors, [
      "what the entries say: for that they are needed, and `openrouter-audit verify`",
      "that the log ended there, or that nothing was removed since",
      "more than the first head you hold: if it came with the proof, compare it with one that did not",
      "that the public key is the right one: it must not have come with the proof",
    ]),
  ]);
}

/** Which step failed, and why. */
export function failedProofText({ step, message, expected, found }: FailedProof, colors: Colors): string {
  return textOf([
    `${colors.bold(colors.red("NOT PROVEN"))}  ${visible(message)}.`,
    "",
    ...facts({ step, expected, found }, colors),
    "",
    "The files are damaged, not of one proof, not under this key, or somebody changed them.",
  ]);
}

function facts(named: Readonly<Record<string, string>>, colors: Colors): string[] {
  const width = Math.max(...Object.keys(named).map(({ length }) => length));
  return Object.entries(named).map(([name, fact]) => `  ${colors.dim(name.padEnd(width))}  ${visible(fact)}`);
}

/** What an entry says; members that say nothing are left out. */
function membersOf(entry: ProvenEntry["entry"], colors: Colors): string[] {
  const said = Object.entries(entry).filter(([, value]) => value !== null);
  const shown = said
    .slice(0, mostMembers)
    .map(([name, value]) => [cut(name), cut(textOfMember(value))] as const);
  const width = Math.min(24, Math.max(0, ...shown.map(([name]) => visible(name).length)));
  return [
    "It says (members that are null are left out):",
    "",
    ...shown.map(([name, value]) => `  ${colors.dim(visible(name).padEnd(width))}  ${visible(value)}`),
    ...(said.length > mostMembers ? [`  … and ${said.length - mostMembers} more members: --json`] : []),
  ];
}

function textOfMember(value: unknown): string {
  return typeof value === "string" ? value : jsonLine(value);
}

function cut(text: string): string {
  return text.length > longestMember ? `${text.slice(0, longestMember)}…` : text;
}

function limits(colors: Colors, what: readonly string[]): string[] {
  return what.map((each, index) => `${colors.dim(index === 0 ? "not proven " : " ".repeat(11))}  ${each}`);
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
