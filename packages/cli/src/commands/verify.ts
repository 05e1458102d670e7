import { type VerificationResult, verifyJournal } from "@openrouter-audit/core";
import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { verificationText } from "../format/verification-text.ts";
import { jsonLine } from "../format/visible.ts";
import { directoryArgument, existingJournal } from "../journal-directory.ts";
import { progressOn } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit verify                               the journal of this application
  $ openrouter-audit verify /srv/audit --key @public-key.txt
  $ openrouter-audit verify --json | jq .problems

Without --key the key is taken from the journal itself. That finds damage, but whoever can
replace the journal can replace that key too: an auditor uses the key handed over beforehand.

Exit codes: 0 intact, 1 tampered, 2 incomplete (a crash, a gap, foreign lines), 3 cannot read.`;

const codes: Readonly<Record<VerificationResult, number>> = {
  intact: exitCode.fine,
  tampered: exitCode.problem,
  incomplete: exitCode.incomplete,
};

interface VerifyFlags {
  readonly key?: string;
  readonly json?: boolean;
}

/** `openrouter-audit verify`: has anybody changed the log? */
export function addVerify(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("verify")
    .description("check every line, signature and link of a journal; needs nothing but its public key")
    .argument("[dir]", directoryArgument)
    .option("--key <key>", "the public key you were given, or @file (default: the journal's own)")
    .option("--json", "everything that was found, as JSON")
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: VerifyFlags) =>
      exitWith(await verify(directory, flags, terminal)),
    );
}

async function verify(given: string | undefined, flags: VerifyFlags, terminal: Terminal): Promise<number> {
  const directory = existingJournal(given, terminal.env);
  const progress = progressOn(terminal.stderr);
  const found = await verifyJournal(directory, {
    ...(flags.key !== undefined && { key: fileOrText(flags.key) }),
    onProgress: ({ bytes, totalBytes }) =>
      progress.report(`verifying: ${Math.floor((100 * bytes) / totalBytes)} %`),
  }).finally(() => progress.end());
  terminal.stdout.write(flags.json ? `${jsonLine(found)}\n` : verificationText(found, terminal));
  return codes[found.result];
}
