import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { ReconcileOptions, Reconciliation } from "@openrouter-audit/reconcile";
import { type Command, Option } from "commander";
import { loadAnalysis } from "../analysis/load-analysis.ts";
import { placeArgument, withEntries } from "../analysis/with-entries.ts";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { reconcileText } from "../format/reconcile-text.ts";
import { jsonLine } from "../format/visible.ts";
import { existingJournal } from "../journal-directory.ts";
import { checkOrder, type Period, periodOf } from "../period.ts";
import { stepsProgressOn } from "../progress.ts";
import { actsOf, journalItself, unrecordedOption } from "../readings/acts.ts";
import { reconcileHelp } from "../reconcile/reconcile-help.ts";
import { isLakePlace } from "../store/lake-place.ts";
import { isStore, schemaOption } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";

interface ReconcileFlags {
  readonly since: Period;
  readonly until?: Period;
  readonly keyHash?: readonly string[];
  readonly every?: boolean;
  readonly activity: boolean;
  readonly ids?: string;
  readonly write?: boolean;
  readonly resume?: boolean;
  readonly state?: string;
  readonly apiKey?: string;
  readonly managementKey?: string;
  readonly baseUrl?: string;
  readonly unrecorded?: boolean;
  readonly json?: boolean;
  readonly schema?: string;
}

/** `openrouter-audit reconcile`: does OpenRouter have the calls that this log has, and no others? */
export function addReconcile(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("reconcile")
    .description("compare with OpenRouter's own records: calls that bypassed the log, tokens, cost")
    .argument("[place]", placeArgument)
    .addOption(
      new Option("--since <time>", "from this UTC day on: 7d, yesterday, 2026-11, 2026-11-24")
        .argParser((text) => periodOf(text))
        .makeOptionMandatory(),
    )
    .option("--until <time>", "up to this (default: today, which is not over)", (text) => periodOf(text))
    .option("--key-hash <hash>", "only calls with this key of the account, or @file; several times", several)
    .option("--every", "ask for each id, not only where sums differ")
    .option("--no-activity", "do not ask what was counted: needs no management key, finds no bypass")
    .option("--ids <file>", "ids known from elsewhere, a line each: name those that the log lacks")
    .option("--write", "write corrections into the journal, beside the entries")
    .option("--resume", "go on where a run like this one was ended")
    .option("--state <file>", "where it is kept what was answered (default: below ~/.local/state)")
    .option("--api-key <key>", "the API key, or @file (default: OPENROUTER_API_KEY)")
    .option("--management-key <key>", "or @file (default: OPENROUTER_MANAGEMENT_KEY)")
    .option("--base-url <url>", "where OpenRouter is (default: OPENROUTER_BASE_URL, else openrouter.ai)")
    .option(...unrecordedOption)
    .option("--json", "as JSON")
    .option(...schemaOption)
    .addHelpText("after", reconcileHelp)
    .action(async (place: string | undefined, flags: ReconcileFlags) =>
      exitWith(await compare(place, flags, terminal)),
    );
}

const several = (text: string, before: readonly string[] = []) => [...before, fileOrText(text)];

async function compare(
  place: string | undefined,
  flags: ReconcileFlags,
  terminal: Terminal,
): Promise<number> {
  const { env, stderr } = terminal;
  checkOrder(flags);
  const isJournal = !isStore(place) && !isLakePlace(place);
  if (flags.write && !isJournal)
    throw new UnusableError("--write needs the directory of the journal: corrections are entries of it.");
  const directory = isJournal ? existingJournal(place, env) : null;
  const acts = actsOf(directory, flags, terminal);
  // One log of a process is enough.
  const own = acts === terminal.readings ? null : acts;
  const corrections = flags.write ? (own ?? journalItself(directory!, terminal)) : null;
  const options = { ...optionsOf(place, directory, flags, env), acts };
  const signal = terminal.untilInterrupted();
  const progress = stepsProgressOn(stderr, "asking for ids");
  const analysis = await loadAnalysis({ readings: null });
  const { reconcile } = await import("@openrouter-audit/reconcile");
  try {
    const result = await withEntries(place, flags, analysis, terminal, (entries) =>
      reconcile({
        ...options,
        entries,
        corrections,
        signal,
        onProgress: ({ asked, of }) => progress.report({ done: asked, of }),
      }).finally(progress.end),
    );
    return show(result, flags, terminal);
  } catch (error) {
    if (!signal.aborted) throw error;
    stderr.write("Stopped. What was answered is kept: say the same with --resume.\n");
    return exitCode.unusable;
  } finally {
    try {
      await corrections?.close();
    } finally {
      await acts?.close();
    }
  }
}

function optionsOf(
  place: string | undefined,
  directory: string | null,
  flags: ReconcileFlags,
  env: Terminal["env"],
): Omit<ReconcileOptions, "entries"> {
  const { apiKey, managementKey, baseUrl, since, until, keyHash, every = false, activity, ids } = flags;
  const about = [resolve(directory ?? place ?? ""), since.start, until?.end ?? null, keyHash ?? null];
  const state = flags.state ?? stateFile(JSON.stringify(about), env);
  return {
    openRouter: {
      apiKey: apiKey === undefined ? env.OPENROUTER_API_KEY || undefined : fileOrText(apiKey),
      managementKey:
        managementKey === undefined ? env.OPENROUTER_MANAGEMENT_KEY || undefined : fileOrText(managementKey),
      baseURL: baseUrl ?? (env.OPENROUTER_BASE_URL || undefined),
    },
    period: { since: since.start, until: until?.end },
    keyHashes: keyHash,
    every,
    activity,
    ...(ids !== undefined && { ids: idsIn(ids) }),
    state,
    resume: flags.resume === true,
  };
}

/** Of the same question the same, so that --resume needs no name: `7d` is another moment each time, and the same days. */
function stateFile(about: string, { XDG_STATE_HOME }: Terminal["env"]): string {
  const days = about.replace(/T[\d:.]+Z/g, "");
  const name = createHash("sha256").update(days).digest("hex").slice(0, 16);
  const directory = join(XDG_STATE_HOME || join(homedir(), ".local", "state"), "openrouter-audit");
  const path = join(directory, `reconcile-${name}.jsonl`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return path;
}

function idsIn(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split(/\r?\n/)
      .filter((line) => line.trim() !== "")
      .map((line) => line.trim());
  } catch (cause) {
    throw new UnusableError(`Cannot read ${file}: ${(cause as Error).message}.`, { cause });
  }
}

function show(result: Reconciliation, { json }: ReconcileFlags, terminal: Terminal): number {
  const { stdout, width, colors } = terminal;
  stdout.write(json ? `${jsonLine(result)}\n` : reconcileText(result, { width, colors }));
  if (result.result === "agreed") return exitCode.fine;
  return result.result === "findings" ? exitCode.problem : exitCode.incomplete;
}
