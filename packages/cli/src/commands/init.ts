import { AuditError, newSecret, publicKeyOf } from "@openrouter-audit/core";
import { type Command, InvalidArgumentError } from "commander";
import type { Output } from "../command-io.ts";
import { appendVariable } from "../env-file.ts";
import { exitCode, UnusableError } from "../exit-code.ts";
import { answerLine } from "../format/answer-line.ts";
import { initText, type KeysAndSecret, keyMismatchText, type MadeKeys } from "../format/init-text.ts";
import { journalDirectory, publicKeyIn } from "../journal-directory.ts";
import { rootKeyVariable, secretVariable as variable } from "../keys/own-key.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit init                      show a new secret and its public key
  $ openrouter-audit init --dotenv .env        write the secret to .env, show the public key
  $ openrouter-audit init ./audit_logs         does my secret belong to this journal?
  $ openrouter-audit init --json | jq -r .publicKey

When OPENROUTER_AUDIT_SECRET is set, no secret is made: its public key is shown again. When
OPENROUTER_AUDIT_ROOT_KEY_FILE names a PEM file, the public key is that of the file, and the secret
makes the keys of the digests alone.

Exit codes: 0 made, or shown, 1 refused: the journal (with --dotenv also that of this place) belongs to
another key, or the file or the environment has a secret already, 3 not possible.`;

interface InitFlags {
  readonly name: string;
  readonly dotenv?: string;
  readonly new?: boolean;
  readonly json?: boolean;
}

/** `openrouter-audit init`: the secret for the application, and the public key for the auditor. */
export function addInit(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("init")
    .description("make the secret for the application and the public key for the auditor")
    .argument("[dir]", "a journal the secret is meant for: says so if it belongs to another one")
    .option("--name <name>", "the name of the key, as in new AuditLog({ name })", keyName, "openrouter-audit")
    // Not --env-file: node takes that for its own option, even behind the name of the script.
    .option("--dotenv <file>", `append ${variable} to this file instead of showing it`)
    .option("--new", `make a new secret although ${variable} is set`)
    .option("--json", "as JSON")
    .addHelpText("after", examples)
    .action((directory: string | undefined, flags: InitFlags) => exitWith(init(directory, flags, terminal)));
}

function init(given: string | undefined, flags: InitFlags, terminal: Terminal): number {
  const { env, stdout, stderr, colors } = terminal;
  const present = flags.new ? undefined : env[variable] || undefined;
  const secret = present ?? newSecret();
  const rootKeyFile = env[rootKeyVariable] || undefined;
  const publicKeyOfSecret = publicKeyFor(secret, flags.name);
  const keys: MadeKeys = {
    created: present === undefined,
    name: flags.name,
    publicKey: rootKeyFile ? publicKeyOf({ pem: rootKeyFile }, flags.name) : publicKeyOfSecret,
    ...(rootKeyFile && { rootKeyFile }),
  };

  const { dotenv } = flags;
  const directory = journalDirectory(given, env);
  const journalKey = publicKeyIn(directory);
  if (journalKey !== null && journalKey !== keys.publicKey) {
    stderr.write(`${keyMismatchText(directory, journalKey, keys)}\n`);
    // Who names a journal means to use the secret for it; and an application that is started here reads both, the file and the journal.
    if (given !== undefined || dotenv !== undefined) return exitCode.problem;
  }

  if (dotenv !== undefined && !isWritten(dotenv, keys.created ? secret : null, stderr))
    return exitCode.problem;
  const where = dotenv !== undefined ? { dotenv } : keys.created ? { secret } : {};
  const fits = given !== undefined && journalKey !== null;
  const result: KeysAndSecret = { ...keys, ...where, ...(fits && { fits: directory }) };
  stdout.write(flags.json ? answerLine(result) : initText(result, colors));
  return exitCode.fine;
}

/** Writes a new secret to a .env file, or says why not. */
function isWritten(file: string, secret: string | null, stderr: Output): boolean {
  if (secret === null) {
    stderr.write(
      `${variable} is set in the environment, so nothing was written to ${file}. --new makes another.\n`,
    );
    return false;
  }
  const { alreadyOnLine, exposed } = appendVariable(file, variable, secret);
  if (alreadyOnLine !== null) {
    stderr.write(
      `${file} sets ${variable} already, on line ${alreadyOnLine}. Nothing was written and no secret made.\n` +
        "A journal goes on only with the secret it was begun with. To begin anew, remove that line and choose a new journal.\n",
    );
    return false;
  }
  if (exposed) stderr.write(`Others can read ${file}: chmod 600 ${file}\n`);
  return true;
}

function publicKeyFor(secret: string, name: string): string {
  try {
    return publicKeyOf(secret, name);
  } catch (error) {
    if (!(error instanceof AuditError && error.code === "SECRET_TOO_SHORT")) throw error;
    throw new UnusableError(`${variable} is set but has less than 32 bytes. --new makes a good one.`, {
      cause: error,
    });
  }
}

function keyName(name: string): string {
  if (/^[^\s+]{1,100}$/.test(name)) return name;
  throw new InvalidArgumentError("A name has 1 to 100 characters, no spaces and no +.");
}
