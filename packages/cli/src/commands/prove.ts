import { join } from "node:path";
import { type EntryProof, type Journal, proveEntry, type WantedEntry } from "@openrouter-audit/core";
import type { Command } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { entryProofText } from "../format/proof-text.ts";
import { jsonLine } from "../format/visible.ts";
import { journalPaths, pathsArgument } from "../journal-paths.ts";
import { makeNewFiles, type NewFile } from "../new-files.ts";
import { progressOn } from "../progress.ts";
import { rotationNotesFor } from "../proof/rotation-notes.ts";
import { reportUnprovable } from "../report-unprovable.ts";
import {
  aboutStores,
  rotationsOption,
  schemaOption,
  storeIn,
  storeKey,
  withStore,
} from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit prove 01a20ff7-6428-72ec-8d31-b424d3e6e5bb
  $ openrouter-audit prove 01a20ff7-6428                    the beginning of an id, if it is unique
  $ openrouter-audit prove 01a20ff7-6428-72ec-8d31-b424d3e6e5bb /srv/audit --out ./evidence
  $ openrouter-audit prove 'openrouter-audit/web-1/01a20c9f-5753-72e8-a189-152b74689986#5'
  $ openrouter-audit prove 01a20ff7-6428-72ec-8d31-b424d3e6e5bb postgres://auditor@db.example/audit --key @key.txt
  $ openrouter-audit query --user u-42 --json | jq -r .id       where the ids come from

Writes three files: <id>.entry.json (the entry as it was sealed), <id>.tlog-proof (its position, hashes and a
signed checkpoint: c2sp.org/tlog-proof) and <id>.delegation.note (the log's key, certified by the root key).
They show to somebody who has nothing but the public key that this entry was sealed, and of other entries nothing
but hashes: openrouter-audit verify-proof --help

When the root key was rotated, the notes that tie its keys together are written beside them: hand them over too.

The log is checked first, up to the signature that covers the entry; a log that was tampered with gives no proof.
The entry itself is handed over whole: look at it first if it may not be shown.
${aboutStores}
--key is needed then: a store vouches for nothing. Its columns find the lines, by whole ids.

Exit codes: 0 written, 1 cannot be proven, 3 no such entry, or cannot read or write.`;

interface ProveFlags {
  readonly out: string;
  readonly key?: string;
  readonly rotations?: string;
  readonly schema?: string;
  readonly json?: boolean;
}

/** `openrouter-audit prove`: shows one entry to others, without the rest of the journal. */
export function addProve(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("prove")
    .description("write the proof that one entry was sealed, for somebody without the journal")
    .argument("<id>", "the id of the entry, or its beginning; or LOG#SEQ")
    .argument("[path...]", `${pathsArgument}; or a store`)
    .option("-o, --out <dir>", "where to write the files", ".")
    .option("--key <key>", "the public key the log must belong to, or @file (default: the journal's own)")
    .option(...rotationsOption)
    .option(...schemaOption)
    .option("--json", "what was written, as JSON")
    .addHelpText("after", examples)
    .action(async (id: string, paths: readonly string[], flags: ProveFlags) =>
      exitWith(await prove(id, paths, flags, terminal)),
    );
}

async function prove(
  id: string,
  given: readonly string[],
  flags: ProveFlags,
  terminal: Terminal,
): Promise<number> {
  const store = storeIn(given, flags.schema);
  const paths = store === null ? journalPaths(given, terminal.env) : [];
  const key = flags.key === undefined ? undefined : fileOrText(flags.key);
  const progress = progressOn(terminal.stderr, "proving");
  const { rotations } = flags;
  const proveIn = (journal: Journal) =>
    proveEntry(journal, wantedEntry(id), {
      ...(key !== undefined && { key }),
      ...(rotations !== undefined && { rotations }),
      onProgress: progress.report,
    }).finally(() => progress.end());
  if (store !== null) storeKey(flags.key);
  const proof = await (store === null ? proveIn(paths) : withStore(store, flags.schema, proveIn));
  if (!proof.proven) return reportUnprovable(proof, flags.json === true, terminal);
  const files = writeFiles(
    proof,
    flags.out,
    rotationNotesFor([...paths, ...(rotations === undefined ? [] : [rotations])], key),
  );
  const { name, log, seq, size, others } = proof;
  terminal.stdout.write(
    flags.json
      ? `${jsonLine({ proven: true, id: proof.id, log, seq, size, files, others })}\n`
      : entryProofText(proof, files, join(flags.out, name), terminal.colors),
  );
  return exitCode.fine;
}

/** An id has no slash, and a log always has. */
function wantedEntry(text: string): WantedEntry {
  const place = /^(.*\/.*)#([^#]*)$/s.exec(text);
  if (!place) return { idBeginsWith: text };
  const [, log, seq] = place as unknown as [string, string, string];
  if (/^\d{1,15}$/.test(seq)) return { log, seq: Number(seq) };
  throw new UnusableError(
    `${text} is no place in a log: behind the # comes a number, as 5 for the sixth entry.`,
  );
}

function writeFiles({ name, files }: EntryProof, directory: string, notes: readonly NewFile[]): string[] {
  return makeNewFiles(directory, [
    { name: `${name}.entry.json`, content: files.entry },
    { name: `${name}.tlog-proof`, content: files.proof },
    { name: `${name}.delegation.note`, content: files.delegation },
    ...notes,
  ]);
}
