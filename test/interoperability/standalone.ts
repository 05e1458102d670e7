import { fileURLToPath, pathToFileURL } from "node:url";

interface Finding {
  readonly verdict: string;
  readonly seq: number | null;
  readonly file: string | null;
  readonly line: number | null;
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
    options: { key: string; now?: number; knownHeads?: string; anchorDirectory?: string },
  ): Promise<{ readonly result: string; readonly findings: readonly Finding[] }>;
}

export const standalonePath = fileURLToPath(
  new URL("../../packages/cli/standalone/verify-journal.mjs", import.meta.url),
);
export const standalone: Standalone = await import(pathToFileURL(standalonePath).href);
