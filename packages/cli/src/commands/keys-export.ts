import { publicKeyPem, vkeyOf } from "@openrouter-audit/core";
import { type Command, Option } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { directoryArgument, journalDirectory, publicKeyIn } from "../journal-directory.ts";
import { ownKey, ownSource } from "../keys/own-key.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit keys export > root-key.pem                 the journal's, for openssl pkeyutl -verify
  $ openrouter-audit keys export --own --format vkey            the application's, for the auditor
  $ openrouter-audit keys export --key @kms.pem --format vkey   that of a key service, for the auditor

A vkey is name+id+base64 (C2SP signed note): what verify --key takes. pem is SPKI (RFC 8410).
Only public keys are written.`;

interface ExportFlags {
  readonly key?: string;
  readonly own?: boolean;
  readonly name?: string;
  readonly format: "pem" | "vkey";
}

/** `openrouter-audit keys export`: a public key in the form that other tools take. */
export function addKeysExport(keys: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  keys
    .command("export")
    .description("write a public key as PEM or as vkey")
    .argument("[dir]", directoryArgument)
    .option("--key <key>", "this key: a vkey, SPKI PEM or base64, or @file")
    .option("--own", "the key that the application has: of its PEM file or its secret")
    .option("--name <name>", "the name of a key that brings none (default: that of the journal's key)")
    .addOption(new Option("--format <format>", "as what").choices(["pem", "vkey"]).default("pem"))
    .addHelpText("after", examples)
    .action((directory: string | undefined, _flags: unknown, command: Command) => {
      // Commander gives what `keys` has too (--key) to that.
      const flags = command.optsWithGlobals<ExportFlags>();
      const vkey = chosenKey(directory, flags, terminal);
      terminal.stdout.write(flags.format === "pem" ? publicKeyPem(vkey) : `${vkey}\n`);
      exitWith(exitCode.fine);
    });
}

function chosenKey(given: string | undefined, flags: ExportFlags, { env }: Terminal): string {
  const directory = journalDirectory(given, env);
  const journalKey = publicKeyIn(directory);
  const name = flags.name ?? journalKey?.split("+")[0] ?? "openrouter-audit";
  if (flags.key !== undefined && flags.own) throw new UnusableError("--key cannot be used with --own.");
  if (flags.key !== undefined) {
    const key = fileOrText(flags.key);
    // A vkey brings its name.
    return vkeyOf(key, flags.name ?? /^([^\s+]+)\+[0-9a-f]{8}\+/.exec(key)?.[1] ?? name);
  }
  if (!flags.own) {
    if (journalKey !== null) return vkeyOf(journalKey, journalKey.split("+")[0]);
    throw new UnusableError(
      `${directory} has no file "public-key". Name a key with --key, or ask for --own.`,
    );
  }
  const own = ownSource(directory, env);
  if (!own)
    throw new UnusableError(
      "The application's own key is not to be seen from here: set OPENROUTER_AUDIT_ROOT_KEY_FILE or " +
        "OPENROUTER_AUDIT_SECRET. That of a key service: --key @its-public-key.pem",
    );
  const { vkey, problem } = ownKey(own, name);
  if (vkey !== null) return vkey;
  throw new UnusableError(problem ?? "It makes no key.");
}
