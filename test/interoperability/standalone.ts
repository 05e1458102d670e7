import { fileURLToPath, pathToFileURL } from "node:url";
import { verifyJournal } from "@openrouter-audit/core";

interface Finding {
  readonly verdict: string;
  readonly seq: number | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** How a journal is to be verified. */
interface TermsOf<Time> {
  readonly key: string;
  readonly now?: Time;
  readonly successors?: boolean;
  readonly knownHeads?: string;
  readonly anchors?: string;
}

/** What the verifier that is one file has to offer. */
export interface Standalone {
  canonicalJson(value: unknown): string;
  leafHash(leaf: Buffer): Buffer;
  openNote(note: string, keys: readonly unknown[]): readonly string[] | null;
  parseKey(vkey: string): { readonly vkey: string } | null;
  readonly Tree: new () => { append(leafHash: Buffer): void; root(): Buffer };
  verifyJournal(
    paths: readonly string[],
    options: TermsOf<number>,
  ): Promise<{ readonly result: string; readonly findings: readonly Finding[] }>;
}

export const standalonePath = fileURLToPath(
  new URL("../../packages/cli/standalone/verify-journal.mjs", import.meta.url),
);
export const standalone: Standalone = await import(pathToFileURL(standalonePath).href);

/** What our verifier and that of one file find, in a form in which they can be compared. */
export async function bothOn(paths: string[], { now, ...terms }: TermsOf<Date> & { readonly now: Date }) {
  const ours = await verifyJournal(paths, { ...terms, now });
  const theirs = await standalone.verifyJournal(paths, { ...terms, now: now.getTime() });
  const place = (verdict: string, seq: number | null, file?: string | null, line?: number | null) =>
    `${verdict} seq ${seq} ${file ?? "-"}:${line ?? "-"}`;
  return {
    ours: {
      result: ours.result as string,
      found: ours.problems.map(({ verdict, seq, at }) => place(verdict, seq, at?.file, at?.line)).sort(),
    },
    theirs: {
      result: theirs.result,
      found: theirs.findings.map(({ verdict, seq, file, line }) => place(verdict, seq, file, line)).sort(),
    },
  };
}
