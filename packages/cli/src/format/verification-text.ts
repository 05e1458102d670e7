import type {
  JournalVerification,
  LogVerification,
  Verdict,
  VerificationProblem,
} from "@openrouter-audit/core";
import type { Colors, Terminal } from "../terminal.ts";
import { many, moment, unknown } from "./amounts.ts";
import { daysText } from "./days-text.ts";
import { distinct, findingsText } from "./findings-text.ts";
import { type Column, fitColumns, tableLines } from "./table.ts";
import { anchorLogMissing, verdictMeaning, verdictMeaningInStore } from "./verdict-meaning.ts";
import { visible } from "./visible.ts";

// A journal full of rubbish has as many problems as lines; the first ones tell the story.
const mostShown = 40;

/** A verification as a person reads it: the verdict first, then why, then what was looked at, and what was not. */
export function verificationText(
  found: JournalVerification,
  terminal: Terminal,
  {
    isStore = false,
    deleted = [],
  }: { readonly isStore?: boolean; readonly deleted?: readonly string[] } = {},
): string {
  const { colors } = terminal;
  const file = isStore ? "day" : "file";
  const lines = [
    headline(found, colors),
    ...somethingElse(found),
    ...findingsText(found.problems, colors, meaningOf(found, isStore)),
    ...tableText(logColumns, found.logs, "log", terminal),
    ...tableText([{ ...fileColumn, title: file }, ...lineColumns], found.files, file, terminal),
    "",
    ...rangeLines(found, colors),
    ...anchorLines(found, colors),
    ...(deleted.length > 0
      ? [
          `${colors.dim("deleted     ")}  ${visible(daysText(deleted))}, by tombstones: openrouter-audit retain log`,
        ]
      : []),
    `${colors.dim("public key  ")}  ${visible(found.key)}`,
    `${" ".repeat(14)}${keySource(found)}`,
    ...trustedLines(found),
    ...found.notChecked.map(
      (what, index) => `${colors.dim(index === 0 ? "not checked " : " ".repeat(12))}  ${visible(what)}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function meaningOf({ key, problems }: JournalVerification, isStore: boolean): Record<Verdict, string> {
  const meaning = isStore ? verdictMeaningInStore : verdictMeaning;
  // Its origin, by docs/seal.md, "Anchors": keys that rotations tie to each other have one name.
  const anchorLog = `${key.slice(0, key.indexOf("+"))}/anchor`;
  const missing = problems.filter(({ verdict }) => verdict === "MISSING_STREAM").map(({ log }) => log);
  if (!missing.includes(anchorLog)) return meaning;
  const others = missing.some((log) => log !== anchorLog) ? `${meaning.MISSING_STREAM} ` : "";
  return { ...meaning, MISSING_STREAM: `${others}${anchorLogMissing}` };
}

function headline({ result, paths, entries, logs, problems }: JournalVerification, colors: Colors): string {
  const { bold, green, yellow, red } = colors;
  const extent = `${many(entries, "entry", "entries")} in ${many(logs.length, "log")}`;
  const where = visible(paths.length === 1 ? paths[0]! : many(paths.length, "path"));
  if (result === "intact") return `${bold(green("INTACT"))}  ${where}: ${extent}, all as they were sealed.`;
  const worst = distinct(problems.filter((problem) => problem.result === result)).length;
  return result === "tampered"
    ? `${bold(red("TAMPERED"))}  ${where} ${paths.length === 1 ? "is" : "are"} not what was sealed: ${many(worst, "contradiction")}. ${extent} still verified.`
    : `${bold(yellow("INCOMPLETE"))}  ${where}: ${entries > 0 ? `${extent} verified` : "nothing could be verified"}, and ${many(worst, "thing is", "things are")} missing, out of place or without proof.`;
}

/** Where something was read, and not one line of it is an entry: more likely another file than a journal that was overwritten. */
function somethingElse({ logs, files, paths }: JournalVerification): string[] {
  if (logs.length > 0 || files.every(({ lines }) => lines === 0)) return [];
  return paths.length === 1
    ? ["No line of it is an entry: is it a file of a journal?"]
    : ["No line of them is an entry: are they files of a journal?"];
}

function keySource({ keySource }: JournalVerification): string {
  return keySource === "given"
    ? "as you gave it"
    : "read from the journal itself; give the one you were handed: --key <KEY>";
}

function trustedLines({ key, trusted }: JournalVerification): string[] {
  return trusted
    .filter((vkey) => vkey !== key)
    .map((vkey) => `${" ".repeat(14)}and ${visible(vkey)}, which a rotation note ties to it`);
}

function rangeLines({ requested, found }: JournalVerification, { dim }: Colors): string[] {
  const { since, until } = requested;
  const asked = `${since ?? "the beginning"} to ${until ?? "the end"}, by the days in the names of the files`;
  const there =
    found.since && found.until
      ? visible(`${moment(found.since)} to ${moment(found.until)} UTC`)
      : "nothing that verified";
  return [
    ...(since || until ? [`${dim("range asked ")}  ${asked}`] : []),
    `${dim("range found ")}  ${there}`,
  ];
}

function anchorLines({ anchors }: JournalVerification, { dim }: Colors): string[] {
  return anchors.map(({ directory, head, newest }, index) => {
    const state =
      head && newest
        ? `${many(head.size, "entry", "entries")}, the newest on ${moment(newest)} UTC`
        : "nothing in it verified";
    return `${index === 0 ? dim("anchor log  ") : " ".repeat(12)}  ${visible(`${directory}: ${state}`)}`;
  });
}

function tableText<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  one: string,
  { colors, width }: Terminal,
): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, mostShown);
  const more = rows.length - shown.length;
  return [
    "",
    ...tableLines(fitColumns(columns, shown, { colors, width }), shown, colors),
    ...(more > 0 ? ["", `  … and ${many(more, `more ${one}`)}: --json lists all.`] : []),
  ];
}

const logColumns: readonly Column<JournalVerification["logs"][number]>[] = [
  {
    title: "log",
    cell: ({ log }) => visible(log),
    brief: ({ log }) => visible(log.slice(log.lastIndexOf("/") + 1)),
    atLeast: 36,
  },
  { title: "state", cell: ({ state, problems }, colors) => stateOf(state, problems, colors) },
  { title: "verified", cell: ({ entries }) => String(entries), align: "right" },
  { title: "not judged", cell: ({ unchecked }) => (unchecked > 0 ? String(unchecked) : ""), align: "right" },
  {
    title: "seq",
    cell: ({ first, last }) => (first && last ? `${first.seq}–${last.seq}` : unknown),
    align: "right",
  },
  {
    title: "first (UTC)",
    cell: ({ first }) => (first ? visible(moment(first.time)) : unknown),
    dispensable: true,
  },
  {
    title: "last (UTC)",
    cell: ({ last }) => (last ? visible(moment(last.time)) : unknown),
    dispensable: true,
  },
  {
    title: "anchored (UTC)",
    cell: ({ anchored }) => (anchored ? `${anchored.size} on ${visible(moment(anchored.time))}` : ""),
    brief: ({ anchored }) => (anchored ? String(anchored.size) : ""),
  },
];

function stateOf(
  state: LogVerification["state"],
  problems: readonly VerificationProblem[],
  { green, yellow, red }: Colors,
): string {
  if (problems.some(({ result }) => result === "tampered")) return red("tampered");
  return state === "unclosed" ? yellow(state) : state === "continues" ? state : green(state);
}

type FileRow = JournalVerification["files"][number];

const fileColumn: Column<FileRow> = { title: "file", cell: ({ file }) => visible(file) };

const lineColumns: readonly Column<FileRow>[] = [
  { title: "lines", cell: ({ lines }) => String(lines), align: "right" },
  {
    title: "not entries",
    cell: ({ foreign }, { yellow }) => (foreign > 0 ? yellow(String(foreign)) : "0"),
    align: "right",
  },
  {
    title: "torn",
    cell: ({ torn }, { yellow }) => (torn > 0 ? yellow(String(torn)) : ""),
    align: "right",
  },
];
