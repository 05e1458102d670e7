import { type KeyTrust, trustedKeys } from "@openrouter-audit/core";
import type { OwnKey } from "./own-key.ts";

/** What `keys` found: which keys are trusted, and what has to be put right. */
export interface KeyReport extends KeyTrust {
  readonly directory: string;
  /** The key whose trust is shown. */
  readonly key: string;
  /** `journal`: nobody said which key to expect, so the journal's own was taken. */
  readonly keySource: "given" | "journal";
  /** What the file `public-key` of the journal holds. */
  readonly journalKey: string | null;
  readonly ownKey: OwnKey | null;
  /** One sentence each. */
  readonly problems: readonly string[];
}

export interface ReportOptions {
  readonly given: string | null;
  readonly journalKey: string | null;
  readonly ownKey: OwnKey | null;
  readonly successors: boolean;
}

/** @param options one of `given` and `journalKey` is a vkey */
export function keyReport(directory: string, options: ReportOptions): KeyReport {
  const { given, journalKey, ownKey, successors } = options;
  const key = (given ?? journalKey)!;
  const trust = trustedKeys(directory, key, { successors });
  const problems = [
    ...journalProblems(trust, journalKey, successors),
    ...ownProblems(directory, journalKey, ownKey),
    ...trust.refused.map(({ file, reason }) => `${file} is ignored: ${reason}.`),
    ...forks(trust),
  ];
  return {
    directory,
    key,
    keySource: given === null ? "journal" : "given",
    journalKey,
    ownKey,
    ...trust,
    problems,
  };
}

function journalProblems({ keys }: KeyTrust, journalKey: string | null, successors: boolean): string[] {
  if (journalKey === null || keys.some(({ vkey }) => vkey === journalKey)) return [];
  const why = successors
    ? "no rotation note leads to it from the key that was given"
    : "with --no-successors, a key that took over from the given one is not";
  return [`The key in public-key is not trusted: ${why}.`];
}

function ownProblems(directory: string, journalKey: string | null, own: OwnKey | null): string[] {
  if (!own) return [];
  const found =
    own.problem === null ? [] : [`The application's own key: ${own.problem}.`.replace(/\.\.$/, ".")];
  if (own.vkey === null || journalKey === null || own.vkey === journalKey) return found;
  const relation = trustedKeys(directory, own.vkey).keys.find(({ vkey }) => vkey === journalKey)?.relation;
  if (relation === "predecessor")
    return [
      ...found,
      "The rotation to the application's own key is not finished: its next start finishes it.",
    ];
  if (relation === "successor")
    return [...found, "The application's own key was rotated: it starts only with the key in public-key."];
  const unless = own.source === "service" ? "" : " (unless its code gives it another: rootKey, secret)";
  return [...found, `The application's own key is not that of the journal, and it will not start${unless}.`];
}

/** Whoever has an old key can sign a rotation of their own. */
function forks({ notes }: KeyTrust): string[] {
  const forked = new Set(
    notes
      .filter((note) => notes.some((other) => other !== note && other.from === note.from))
      .map(({ from }) => from),
  );
  return [...forked].map((from) => {
    const to = notes.filter((note) => note.from === from).map((note) => note.to.split("+")[1]);
    return `Several keys took over from ${from.split("+")[1]} (${to.join(", ")}): unless all are yours, it was stolen.`;
  });
}
