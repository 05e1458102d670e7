import { join } from "node:path";
import { type ConsistencyProof, type Journal, proveConsistency } from "@openrouter-audit/core";
import { type Command, InvalidArgumentError } from "commander";
import { exitCode } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { answerLine } from "../format/answer-line.ts";
import { consistencyProofText } from "../format/proof-text.ts";
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
  $ openrouter-audit prove-consistency openrouter-audit/web-1/01a20c9f-5753-72e8-a189-152b74689986 120 4711
  $ openrouter-audit prove-consistency "$LOG" 120 4711 /srv/audit --out ./evidence

A head is what a log was at one signed line: its size (seq + 1) and its root (chain_hash). Somebody who noted an
older head learns from this proof, without seeing an entry, that the log still begins with just what it was then.

Writes <log>-<old>-<new>.consistency-proof, .delegation.note and .old.checkpoint. The log is checked first, up to
the newer head. Both sizes must be those of signed lines; if one is not, the nearest are named.
To check: openrouter-audit verify-proof --help
${aboutStores}
--key is needed then: a store vouches for nothing. Its columns find the lines.

Exit codes: 0 written, 1 cannot be proven, 3 no such log, or cannot read or write.`;

interface ConsistencyFlags {
  readonly out: string;
  readonly key?: string;
  readonly rotations?: string;
  readonly schema?: string;
  readonly json?: boolean;
}

/** `openrouter-audit prove-consistency`: shows to others that a log only grew. */
export function addProveConsistency(
  program: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  program
    .command("prove-consistency")
    .description("write the proof that between two heads a log only grew")
    .argument("<log>", "the origin of the log")
    .argument("<old>", "how many entries it had at the older head", sizeOf)
    .argument("<new>", "how many it had at the newer head", sizeOf)
    .argument("[path...]", `${pathsArgument}; or a store`)
    .option("-o, --out <dir>", "where to write the files", ".")
    .option("--key <key>", "the public key the log must belong to, or @file (default: the journal's own)")
    .option(...rotationsOption)
    .option(...schemaOption)
    .option("--json", "what was written, as JSON")
    .addHelpText("after", examples)
    .action(
      async (
        log: string,
        oldSize: number,
        newSize: number,
        paths: readonly string[],
        flags: ConsistencyFlags,
      ) => exitWith(await prove({ log, oldSize, newSize }, paths, flags, terminal)),
    );
}

async function prove(
  wanted: Parameters<typeof proveConsistency>[1],
  given: readonly string[],
  flags: ConsistencyFlags,
  terminal: Terminal,
): Promise<number> {
  const store = storeIn(given, flags.schema);
  const paths = store === null ? journalPaths(given, terminal.env) : [];
  const key = flags.key === undefined ? undefined : fileOrText(flags.key);
  const progress = progressOn(terminal.stderr, "proving");
  const { rotations } = flags;
  const proveIn = (journal: Journal) =>
    proveConsistency(journal, wanted, {
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
  terminal.stdout.write(
    flags.json
      ? answerLine({ proven: true, ...wanted, files })
      : consistencyProofText(proof, files, join(flags.out, proof.name), terminal.colors),
  );
  return exitCode.fine;
}

function writeFiles(
  { name, files }: ConsistencyProof,
  directory: string,
  notes: readonly NewFile[],
): string[] {
  return makeNewFiles(directory, [
    { name: `${name}.consistency-proof`, content: files.proof },
    { name: `${name}.delegation.note`, content: files.delegation },
    { name: `${name}.old.checkpoint`, content: files.oldCheckpoint },
    ...notes,
  ]);
}

function sizeOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a number of entries, at least 1: seq + 1 of a signed line.");
}
