import { AuditError, rotateKey } from "@openrouter-audit/core";
import { type Command, Option } from "commander";
import { exitCode } from "../exit-code.ts";
import { answerLine } from "../format/answer-line.ts";
import { rotationText } from "../format/rotation-text.ts";
import { visible } from "../format/visible.ts";
import { directoryArgument, journalDirectory } from "../journal-directory.ts";
import {
  newRootKeyVariable,
  newSecretVariable,
  newSource,
  oldSource,
  type RotationFlags,
} from "../keys/rotation-sources.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit keys rotate --to-pem new-key.pem        from the key that the application has now
  $ openrouter-audit keys rotate --to-secret /run/secrets/new-secret
  $ openrouter-audit keys rotate --to-secret <(pass show audit/new-secret)
  $ openrouter-audit keys rotate /srv/audit --from-pem old.pem --to-pem new.pem

The old key is that of the application: OPENROUTER_AUDIT_ROOT_KEY_FILE, else OPENROUTER_AUDIT_SECRET,
else the secret beside the journal. The new one is named with a file, or by ${newRootKeyVariable}
or ${newSecretVariable}. Secrets never stand in a command.

Both sign a note that the new key took over; then the journal is the new key's. The application need
not be stopped, and what a crash left half done the same command finishes. A key service rotates in
code: rotateKey() of @openrouter-audit/core.

Exit codes: 0 rotated, 1 refused (another key, or one that was used before), 3 not possible.`;

interface RotateFlags extends RotationFlags {
  readonly json?: boolean;
}

/** `openrouter-audit keys rotate`: a new root key takes over. */
export function addKeysRotate(keys: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  keys
    .command("rotate")
    .description("let a new root key take over; what the old one signed still verifies")
    .argument("[dir]", directoryArgument)
    .addOption(new Option("--to-pem <file>", "the new key: a PKCS #8 PEM file").conflicts("toSecret"))
    .option("--to-secret <file>", "the new key: a file that holds the new secret")
    .addOption(new Option("--from-pem <file>", "the old key: a PKCS #8 PEM file").conflicts("fromSecret"))
    .option("--from-secret <file>", "the old key: a file that holds the old secret")
    .option("--json", "what was done, as JSON")
    .addHelpText("after", examples)
    // Commander gives what `keys` has too (--json) to that.
    .action(async (directory: string | undefined, _flags: unknown, command: Command) =>
      exitWith(await rotate(directory, command.optsWithGlobals<RotateFlags>(), terminal)),
    );
}

async function rotate(
  given: string | undefined,
  flags: RotateFlags,
  { env, stdout, stderr, colors }: Terminal,
): Promise<number> {
  const directory = journalDirectory(given, env);
  const to = newSource(flags, env);
  const from = oldSource(directory, flags, env);
  try {
    const rotation = await rotateKey(directory, { from: from.key, to: to.key });
    stdout.write(flags.json ? answerLine(rotation) : rotationText({ directory, rotation, from, to }, colors));
    return exitCode.fine;
  } catch (error) {
    if (!(error instanceof AuditError && error.code === "KEY_MISMATCH")) throw error;
    stderr.write(`${visible(error.message)}\n`);
    return exitCode.problem;
  }
}
