import type { Report, ReportOptions } from "@openrouter-audit/analysis";
import { periodInWords } from "@openrouter-audit/analysis/text";
import { type Command, Option } from "commander";
import { createColors } from "picocolors";
import { type Analysis, loadAnalysis } from "../analysis/load-analysis.ts";
import { placeArgument, withEntries } from "../analysis/with-entries.ts";
import { exitCode } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { visible } from "../format/visible.ts";
import { anchorsOption, anchorsSaidFor, journalDirectory } from "../journal-directory.ts";
import { missingInWords } from "../missing-in-words.ts";
import { refuseMissingAnchorLog } from "../no-anchor-log.ts";
import { lengthOf, type Period, periodOf, stretchOf, toldOf } from "../period.ts";
import { type Phases, phasesOn } from "../progress.ts";
import { listOf } from "../query/words.ts";
import { checkFailOn, type FailOn, failOnOf, failuresIn } from "../report/fail-on.ts";
import { keyToType } from "../report/key-to-type.ts";
import { formatOf, formatted } from "../report/report-format.ts";
import { reportHelp } from "../report/report-help.ts";
import { reportPeriod } from "../report/report-period.ts";
import { deletedIn, unknownDeleted } from "../retention/tell-deleted.ts";
import { isLakePlace } from "../store/lake-place.ts";
import { isStore, rotationsOption, schemaOption } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { untilStopped } from "../until-stopped.ts";
import { checkFree, writeWholeFile } from "../whole-file.ts";

interface ReportFlags {
  readonly period?: Period;
  readonly since?: Period;
  readonly until?: Period;
  readonly expectZdr?: boolean;
  readonly expectNoCollection?: boolean;
  readonly expectModels?: readonly string[];
  readonly expectProviders?: readonly string[];
  readonly key?: string;
  readonly verify: boolean;
  readonly rotations?: string;
  readonly anchors?: string;
  readonly failOn?: readonly FailOn[];
  readonly silentAfter?: number;
  readonly markdown?: boolean;
  readonly csv?: boolean;
  readonly html?: boolean;
  readonly json?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly schema?: string;
}

/** `openrouter-audit report`: what was used, by whom, at what cost, and what needs attention? */
export function addReport(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const forms = (flag: string, what: string, ...others: string[]) => new Option(flag, what).conflicts(others);
  program
    .command("report")
    .description("sum up a period: calls, cost, tokens, errors, and what needs attention")
    .argument("[place]", placeArgument)
    .option("--period <time>", "about this: 2026-11, yesterday, 24h, 7d (default: everything)", (text) =>
      stretchOf(text),
    )
    .option("--since <time>", `${toldOf.since} (until now, unless --until says otherwise)`, (text) =>
      periodOf(text),
    )
    .option("--until <time>", toldOf.until, (text) => periodOf(text))
    .option("--expect-zdr", "each call asks for endpoints that keep nothing")
    .option("--expect-no-collection", 'each call asks for data_collection "deny"')
    .option(
      "--expect-models <names>",
      "only these models, or those beginning so: 'openai/*,anthropic/*'",
      listOf,
    )
    .option("--expect-providers <names>", "only these providers", listOf)
    .option("--key <key>", "the public key you were given, or @file (default: the journal's own)")
    .option("--no-verify", "do not check whether the log is what was sealed: faster")
    .option(...rotationsOption)
    .option(...anchorsOption)
    .option(
      "--fail-on <reasons>",
      "exit with 1 when something of it is found: anomalies,gaps,silent",
      failOnOf,
    )
    .option("--silent-after <length>", "silent: also when the newest entry is older than that: 1h", lengthOf)
    .addOption(forms("--markdown", "as Markdown", "csv", "html", "json"))
    .addOption(forms("--csv", "for a spreadsheet; text cannot become a formula", "html", "json"))
    .addOption(forms("--html", "as one page that needs nothing else, with charts", "json"))
    .option("--json", "everything, for programs")
    .option(
      "-o, --out <file>",
      "into this file (0600), in the form of its ending: report.html, .md, .csv, .json, .txt",
    )
    .option("--force", "replace that file when it is there")
    .option(...schemaOption)
    .addHelpText("after", reportHelp)
    .action(async (place: string | undefined, flags: ReportFlags) =>
      exitWith(await makeReport(place, flags, terminal)),
    );
}

async function makeReport(
  place: string | undefined,
  flags: ReportFlags,
  terminal: Terminal,
): Promise<number> {
  // Everything that can be wrong with the question is found before anything is read.
  const format = formatOf(flags, flags.out);
  const options = optionsOf(place, flags, terminal);
  checkFailOn(flags.failOn ?? [], {
    expects: options.expect !== undefined,
    verifies: flags.verify,
    limitsSilence: flags.silentAfter !== undefined,
  });
  if (flags.out !== undefined) checkFree(flags.out, flags);
  if (flags.anchors !== undefined) await refuseMissingAnchorLog(flags.anchors);
  const analysis = await loadAnalysis(terminal);
  return untilStopped(terminal, async (signal) => {
    const report = await withEntries(place, flags, analysis, terminal, (table) =>
      read((onProgress) => analysis.report(table, { ...options, signal, onProgress }), terminal),
    );
    const asked = { ...options.period, anchors: flags.anchors };
    const deleted = deletedIn(place, asked, terminal.env);
    const unknown = unknownDeleted(place, asked, terminal.env);
    return show(withDeleted(report, deleted, unknown), format, flags, analysis, terminal);
  });
}

function optionsOf(place: string | undefined, flags: ReportFlags, { env }: Terminal): ReportOptions {
  const { since, until } = reportPeriod(flags, new Date());
  const { expectZdr, expectNoCollection, expectModels, expectProviders, key, verify, rotations } = flags;
  const expect = {
    ...(expectZdr && { zdr: true }),
    ...(expectNoCollection && { deny_data_collection: true }),
    ...(expectModels && { models: expectModels }),
    ...(expectProviders && { providers: expectProviders }),
  };
  const anchors =
    isStore(place) || isLakePlace(place)
      ? flags.anchors
      : anchorsSaidFor(journalDirectory(place, env), flags, env);
  return {
    period: { ...(since && { since }), ...(until && { until }) },
    ...(Object.keys(expect).length > 0 && { expect }),
    verify: verify && {
      ...(key !== undefined && { key: fileOrText(key) }),
      ...(rotations !== undefined && { rotations }),
      ...(anchors !== undefined && { anchors }),
    },
  };
}

/** What retention deleted is in no sum: whoever reads the report is told. */
function withDeleted(report: Report, deleted: string | null, unknown: string | null): Report {
  const { verification } = report;
  if (!verification) return report;
  const reason = verification.reason && missingInWords(verification.reason);
  const not_checked = [
    ...verification.not_checked,
    ...(deleted === null ? [] : [`what was in days of this time that are gone: ${deleted}`]),
    ...(unknown === null ? [] : [`whether days of this time are gone: ${unknown}`]),
  ];
  return { ...report, verification: { ...verification, reason, not_checked } };
}

/** With a bar for a person who waits. */
function read<T>(work: (onProgress: Phases["report"]) => Promise<T>, { stderr }: Terminal): Promise<T> {
  const progress = phasesOn(stderr);
  return work(progress.report).finally(() => progress.end());
}

async function show(
  report: Report,
  format: ReturnType<typeof formatOf>,
  { failOn, silentAfter, out, force, key }: ReportFlags,
  analysis: Analysis,
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr, colors, width } = terminal;
  const failures = failOn ? failuresIn(report, failOn, silentAfter) : null;
  const isToStay = out !== undefined;
  const screen = {
    ...(isToStay ? { width: 110, colors: createColors(false) } : { width, colors }),
    key: keyToType(key),
  };
  const text = await formatted(report, format, failures, analysis, screen);
  if (isToStay) {
    writeWholeFile(out, text, { force });
    // Only to a person: what cron is told, it mails.
    if (stderr.isTTY) stderr.write(`${visible(out)}: ${periodInWords(report.period)}.\n`);
  } else stdout.write(text);
  const isTampered = report.verification?.result === "tampered";
  if (isTampered && !failures?.some(({ reason }) => reason === "unverified"))
    stderr.write("tampered: this log is not what was sealed, see openrouter-audit verify\n");
  for (const { reason, message } of failures ?? []) stderr.write(`${reason}: ${visible(message)}\n`);
  return isTampered || (failures ?? []).length > 0 ? exitCode.problem : exitCode.fine;
}
