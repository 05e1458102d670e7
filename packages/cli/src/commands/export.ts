import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootKeyFor } from "@openrouter-audit/anchor";
import type { ReadingLog } from "@openrouter-audit/core";
import type { ExportedPackage } from "@openrouter-audit/export";
import { refuseUnreadLog } from "@openrouter-audit/retention";
import { type Command, Option } from "commander";
import { codeOfResult, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { exportText } from "../format/package-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import {
  anchorsOption,
  anchorsSaidFor,
  directoryArgument,
  existingJournal,
  journalDirectory,
  publicKeyIn,
} from "../journal-directory.ts";
import { ownSource, rootKeyVariable, secretVariable } from "../keys/own-key.ts";
import { checkOrder, type Period, periodOf } from "../period.ts";
import { phasesOn } from "../progress.ts";
import { listOf } from "../query/words.ts";
import { actsOf, unrecordedOption } from "../readings/acts.ts";
import { readsSecretVariable } from "../readings/readings.ts";
import { rotationsOption } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { untilStopped } from "../until-stopped.ts";

const examples = `
Examples:
  $ openrouter-audit export --since 2026-10 --until 2026-10 --out october.zip
  $ openrouter-audit export /srv/audit --since 2026-10-01 --until 2026-12-31 --out ./q4 --organization "Example Ltd"
  $ openrouter-audit export --since 2026-10 --until 2026-10 --user u-42,u-43 --out some.zip   their entries, each with its proof
  $ openrouter-audit export --since 2026 --until 2026 --subject u-42 --out u-42.zip   what a person may ask for about themselves
  $ openrouter-audit export --since 2026-10 --until 2026-10 --format json --out october.json
  $ openrouter-audit verify october.zip --key @public-key.txt                                what the auditor does

A package is a BagIt bag of whole UTC days: the files of the journal byte for byte, signed heads, keys, the
verification and what it did not check, how many entries of what there are, the report, who exported, and a README
that checks it with sha256sum and openssl alone. The root key signs for all of it, when it is at hand. The same journal at
the same time gives the same bytes. docs/export.md of the project is the format.

It is evidence for what was recorded, and certifies nothing. A log that is not intact is exported too, with the findings,
and the exit code says so. --subject leaves out whatever names another user; what stands in that person's own entries
is sealed and cannot be blackened: read it first.

Without the root key the package is not signed, and the exit code is 2 (--unsigned: 0): it is of the journal, and not of another
secret in OPENROUTER_AUDIT_SECRET. That of a journal for readings is OPENROUTER_AUDIT_READS_SECRET.

The whole journal is verified at that moment, and what is missing or changed on other days is in the package too.

That this was done is recorded (audit.exported): where OPENROUTER_AUDIT_READS_DIR says, else in the journal itself.

Exit codes: 0 exported and intact, 1 exported, and the journal is tampered with, 2 exported, and incomplete or not signed, 3 not exported.`;

interface ExportFlags {
  readonly since: Period;
  readonly until: Period;
  readonly user?: readonly string[];
  readonly subject?: string;
  readonly out: string;
  readonly format: "bagit" | "json";
  readonly organization?: string;
  readonly controls?: string;
  readonly key?: string;
  readonly rotations?: string;
  readonly anchors?: string;
  readonly unrecorded?: boolean;
  readonly unsigned?: boolean;
  readonly json?: boolean;
}

/** `openrouter-audit export`: hands a period over, so that others can check it. */
export function addExport(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("export")
    .description("write a package of a period, that an auditor checks without this tool")
    .argument("[dir]", directoryArgument)
    .requiredOption("--since <time>", "from this time on: 2026-10, 2026-10-01", (text) => periodOf(text))
    .requiredOption("--until <time>", "up to the end of this: 2026-10, 2026-10-31, now", (text) =>
      periodOf(text),
    )
    .requiredOption("-o, --out <place>", "a folder that is empty or not there, or FILE.zip, or FILE.json")
    .option("--user <ids>", "only entries of exactly these, each with its proof: u-42,u-43", listOf)
    .addOption(
      new Option("--subject <id>", "only this person's entries, and nothing that names another").conflicts(
        "user",
      ),
    )
    .addOption(new Option("--format <form>", "what to write").choices(["bagit", "json"]).default("bagit"))
    .option("--organization <name>", "who hands it over, as the package says")
    .option("--controls <file>", "another control matrix than that of this version, as JSON")
    .option("--key <key>", "the public key the logs must belong to, or @file (default: the journal's own)")
    .option(...rotationsOption)
    .option(...anchorsOption)
    .option(...unrecordedOption)
    .option(
      "--unsigned",
      "also when the root key is not at hand, or another one is: verify calls such a package incomplete",
    )
    .option("--json", "what was exported, as JSON")
    .addHelpText("after", examples)
    .action(async (dir: string | undefined, flags: ExportFlags) =>
      exitWith(await exportJournal(dir, flags, terminal)),
    );
}

async function exportJournal(
  dir: string | undefined,
  flags: ExportFlags,
  terminal: Terminal,
): Promise<number> {
  const { stdout, colors } = terminal;
  checkOrder(flags);
  const directory = existingJournal(dir, terminal.env);
  refuseWithoutNotes(directory, flags, terminal);
  const acts = actsOf(directory, flags, terminal);
  try {
    return await untilStopped(terminal, async (signal) => {
      const made = await write(directory, dir, flags, { acts, signal }, terminal);
      stdout.write(flags.json ? `${jsonLine(forPrograms(made))}\n` : exportText(made, colors));
      const isUnsigned = made.form !== "json" && made.signedBy === null && flags.unsigned !== true;
      return isUnsigned && made.result === "intact" ? codeOfResult.incomplete : codeOfResult[made.result];
    });
  } finally {
    await acts?.close();
  }
}

/**
 * That no holds and tombstones are in a package says that there are none. One that is damaged, or another one, is in it as it is.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
function refuseWithoutNotes(directory: string, flags: ExportFlags, { env }: Terminal): void {
  const anchors = anchorsSaidFor(directory, flags, env) ?? join(directory, "anchor");
  if (!existsSync(join(anchors, "anchor.jsonl"))) refuseUnreadLog(directory, anchors);
}

async function write(
  directory: string,
  dir: string | undefined,
  flags: ExportFlags,
  asked: { readonly acts: ReadingLog | null; readonly signal: AbortSignal },
  { env, stderr }: Terminal,
): Promise<ExportedPackage> {
  const { controlsFlaw, exportPackage } = await import("@openrouter-audit/export");
  const { since, until, out, format, user, subject, organization, controls, key, rotations } = flags;
  const anchors = anchorsSaidFor(journalDirectory(dir, env), flags, env);
  const progress = phasesOn(stderr);
  const root = format === "json" ? null : rootOf(directory, flags, env, stderr);
  return exportPackage(directory, {
    since: since.start,
    until: until.end,
    out,
    format,
    root,
    ...asked,
    onProgress: progress.report,
    ...(user !== undefined && { users: user }),
    ...(subject !== undefined && { subject }),
    ...(organization !== undefined && { organization }),
    ...(controls !== undefined && { controls: readControls(controls, controlsFlaw) }),
    ...(key !== undefined && { key: fileOrText(key) }),
    ...(rotations !== undefined && { rotations: [rotations] }),
    ...(anchors !== undefined && { anchors }),
  }).finally(() => progress.end());
}

/**
 * The root key of the journal, when it is at hand; else that is said, and nobody signs.
 *
 * @throws UnusableError when another key is at hand, which somebody took for that one
 */
function rootOf(
  directory: string,
  { unsigned = false }: ExportFlags,
  env: Terminal["env"],
  stderr: Terminal["stderr"],
) {
  const own = publicKeyIn(directory);
  if (own !== null && ownSource(directory, env) !== null) {
    const root = rootKeyFor(directory, { env });
    if (root.vkey === own) return root;
    const other = `The key at hand, ${root.vkey}, is not that of the journal in ${directory}, ${own}`;
    if (!unsigned)
      throw new UnusableError(
        `Nothing was exported: nobody could sign for it. ${other}. Set ${secretVariable} or ${rootKeyVariable} to that one; ` +
          `the secret of a journal for readings goes into ${readsSecretVariable}. Or say --unsigned.`,
      );
    stderr.write(`${visible(other)}: the package is not signed.\n`);
  } else stderr.write("The root key is not at hand: nobody signs for the package as a whole.\n");
  return null;
}

function readControls(path: string, flawOf: (text: string) => string | null): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UnusableError(`The control matrix cannot be read: ${(cause as Error).message}.`, { cause });
  }
  const flaw = flawOf(text);
  if (flaw === null) return text;
  throw new UnusableError(`${path} is no control matrix in the form of docs/controls.schema.json: ${flaw}.`);
}

/** Without what is in the package. */
function forPrograms({ verification, ...made }: ExportedPackage) {
  const { result, entries, problems, notChecked } = verification;
  const { tagManifestSha256, signedBy, ...others } = made;
  return {
    ...others,
    tag_manifest_sha256: tagManifestSha256,
    signed_by: signedBy,
    verification: { result, entries, problems, not_checked: notChecked },
  };
}
