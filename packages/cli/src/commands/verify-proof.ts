import {
  type FailedProof,
  type ProvenEntry,
  type ProvenGrowth,
  trustedKeys,
  verifyConsistencyProof,
  verifyEntryProof,
} from "@openrouter-audit/core";
import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { answerLine } from "../format/answer-line.ts";
import { failedProofText, provenEntryText, provenGrowthText } from "../format/proven-text.ts";
import { proofBundle } from "../proof/proof-bundle.ts";
import { proofFilesOf } from "../proof/proof-files.ts";
import { foldersOf } from "../proof/rotation-notes.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit verify-proof ./evidence --key @public-key.txt
  $ openrouter-audit verify-proof 01a20ff7-6428-72ec-8d31-b424d3e6e5bb --key @public-key.txt
  $ openrouter-audit verify-proof a.entry.json a.tlog-proof a.delegation.note --key @public-key.txt
  $ openrouter-audit verify-proof 01a20c9f-…-120-4711 --key @public-key.txt --old noted.checkpoint
  $ openrouter-audit verify-proof ./evidence --key @public-key.txt --json | jq .entry.model

Give the files in any order, the directory that holds them, or what their names have in common. Files are known by
what is in them. No journal is needed, nothing is looked up: the steps are those of docs/seal.md, "Proofs", and the
public key decides. Take the key you were given another way; one that comes with a proof proves little.

For a consistency proof the older head is what you noted of the log then: --old takes its root (chain_hash), or a
file with its checkpoint or heads (one to a line). Without it the .old.checkpoint that came with the proof is taken.

Exit codes: 0 proven, 1 not proven (and which step failed), 3 cannot read.`;

interface VerifyProofFlags {
  readonly key: string;
  readonly successors: boolean;
  readonly old?: string;
  readonly json?: boolean;
}

/** `openrouter-audit verify-proof`: was this entry sealed, did this log only grow? */
export function addVerifyProof(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("verify-proof")
    .description("check what prove or prove-consistency wrote; needs nothing but the public key")
    .argument("<files...>", "the files of one proof, their directory, or what their names begin with")
    .requiredOption("--key <key>", "the public key you were given, or @file")
    .option("--no-successors", "trust no key that took over from that one: it may have been stolen")
    .option("--old <head>", "the older head of a consistency proof: a root, or a file")
    .option("--json", "what was found, as JSON")
    .addHelpText("after", examples)
    .action((files: readonly string[], flags: VerifyProofFlags) => exitWith(verify(files, flags, terminal)));
}

function verify(given: readonly string[], flags: VerifyProofFlags, { stdout, colors }: Terminal): number {
  const key = fileOrText(flags.key);
  const files = proofFilesOf(given);
  const bundle = proofBundle(files, flags.old);
  const folders = foldersOf(files.map(({ path }) => path));
  const { successors } = flags;
  const trusted = trustedKeys(folders, key, { successors }).keys.map(({ vkey }) => vkey);
  const found: ProvenEntry | ProvenGrowth | FailedProof =
    bundle.kind === "entry"
      ? verifyEntryProof(bundle.files, trusted)
      : verifyConsistencyProof(bundle.files, trusted);
  if (flags.json) stdout.write(answerLine({ kind: bundle.kind, key, ...found }));
  else if (!found.proven) stdout.write(failedProofText(found, colors));
  else if ("entry" in found) stdout.write(provenEntryText(found, colors));
  else stdout.write(provenGrowthText(found, colors));
  return found.proven ? exitCode.fine : exitCode.problem;
}
