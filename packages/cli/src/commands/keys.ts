import { statSync } from "node:fs";
import { vkeyOf } from "@openrouter-audit/core";
import type { Command } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { answerLine } from "../format/answer-line.ts";
import { keysText } from "../format/keys-text.ts";
import { directoryArgument, journalDirectory, publicKeyIn } from "../journal-directory.ts";
import { keyReport } from "../keys/key-report.ts";
import { type OwnKey, ownKey, ownSource, serviceKey } from "../keys/own-key.ts";
import type { Terminal } from "../terminal.ts";
import { addKeysExport } from "./keys-export.ts";
import { addKeysRotate } from "./keys-rotate.ts";

const examples = `
Examples:
  $ openrouter-audit keys                           whose journal is this, and would the application start?
  $ openrouter-audit keys --key @public-key.txt     which keys does the one I was given vouch for?
  $ openrouter-audit keys --service @kms-public.pem the application's key is in a key service
  $ openrouter-audit keys --json | jq .problems
  $ openrouter-audit keys rotate --to-pem new.pem   let a new key take over
  $ openrouter-audit keys export > root-key.pem     the public key, for openssl

Who trusts a key trusts its predecessors, because it signed that it took over from them, and its
successors, unless --no-successors: ask so when the given key may have been stolen.

Exit codes: 0 fine, 1 something has to be put right (it is named), 3 there is no key to be read.`;

interface KeysFlags {
  readonly key?: string;
  readonly service?: string;
  readonly successors: boolean;
  readonly json?: boolean;
}

/** `openrouter-audit keys`: which root keys are trusted, and why? */
export function addKeys(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const keys = program
    .command("keys")
    .description("show which root keys are trusted and why; rotate and export them")
    .argument("[dir]", directoryArgument)
    .option("--key <key>", "the public key you were given, or @file (default: the journal's own)")
    .option("--service <key>", "the public key of the key service the application uses, or @file")
    .option("--no-successors", "do not trust keys that took over from the given one")
    .option("--json", "everything that was found, as JSON")
    .addHelpText("after", examples)
    .action((directory: string | undefined, flags: KeysFlags) =>
      exitWith(showKeys(directory, flags, terminal)),
    );
  addKeysRotate(keys, terminal, exitWith);
  addKeysExport(keys, terminal, exitWith);
}

function showKeys(named: string | undefined, flags: KeysFlags, { env, stdout, colors }: Terminal): number {
  const directory = existingDirectory(journalDirectory(named, env));
  const journalKey = publicKeyIn(directory);
  const name = nameOf(journalKey);
  const given = flags.key === undefined ? null : vkeyOf(fileOrText(flags.key), name);
  if (given === null && journalKey === null)
    throw new UnusableError(`${directory} has no file "public-key", and no key was given (--key).`);
  if (given === null) vkeyOf(journalKey!, name);
  const own = ownSource(directory, env);
  const ownOrService: OwnKey | null =
    flags.service !== undefined
      ? serviceKey(fileOrText(flags.service), name ?? nameOf(given)!)
      : own && ownKey(own, name ?? nameOf(given)!);
  const { successors } = flags;
  const report = keyReport(directory, { given, journalKey, ownKey: ownOrService, successors });
  stdout.write(flags.json ? answerLine(report) : keysText(report, colors));
  return report.problems.length === 0 ? exitCode.fine : exitCode.problem;
}

/** The name of the keys of a journal; undefined is the usual one. */
function nameOf(vkey: string | null): string | undefined {
  return vkey?.includes("+") ? vkey.slice(0, vkey.indexOf("+")) : undefined;
}

export function existingDirectory(directory: string): string {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return directory;
  throw new UnusableError(
    `There is no directory ${directory}. Name the journal, or set OPENROUTER_AUDIT_DIR.`,
  );
}
