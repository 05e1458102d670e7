import { resolve } from "node:path";
import type { InquiryProgress, ReconcileOptions, Reconciliation } from "@openrouter-audit/reconcile";
import { type Command, Option } from "commander";
import { loadAnalysis } from "../analysis/load-analysis.ts";
import { placeArgument, withEntries } from "../analysis/with-entries.ts";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { reconcileText } from "../format/reconcile-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import { existingJournal } from "../journal-directory.ts";
import { checkOrder, type Period, periodOf, toldOf } from "../period.ts";
import { stepsProgressOn } from "../progress.ts";
import { actsOf, journalItself, unrecordedOption } from "../readings/acts.ts";
import { idsIn } from "../reconcile/ids-in.ts";
import { reconcileHelp } from "../reconcile/reconcile-help.ts";
import { statePlace } from "../reconcile/state-place.ts";
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
    .option("--until <time>", `${toldOf.untilDay} (default: today, which is not over)`, (text) =>
      periodOf(text),
    )
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

function several(text: string, before: readonly string[] = []): string[] {
  const hash = fileOrText(text);
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new UnusableError(
      "--key-hash must be the hash of a key: 64 hex digits, as GET /keys lists it. The key itself has no place there.",
    );
  return [...before, hash];
}

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
  const options = { ...optionsOf(place, directory, flags, terminal), acts };
  const signal = terminal.untilInterrupted();
  const progress = askingOn(stderr);
  const analysis = await loadAnalysis({ readings: null });
  const { reconcile } = await import("@openrouter-audit/reconcile");
  try {
    const result = await withEntries(place, flags, analysis, terminal, (entries) =>
      reconcile({
        ...options,
        entries,
        corrections,
        signal,
        onProgress: progress.report,
        onTrouble: troubleOn(stderr),
      }).finally(progress.end),
    );
    return show(result, flags, terminal);
  } catch (error) {
    if (!signal.aborted) throw error;
    stderr.write(
      options.state === undefined
        ? "Stopped.\n"
        : "Stopped. What was answered is kept: say the same with --resume.\n",
    );
    return exitCode.unusable;
  } finally {
    try {
      await corrections?.close();
    } finally {
      await acts?.close();
    }
  }
}

/** Says why it takes long, each reason once. */
function troubleOn(stderr: Terminal["stderr"]): (reason: string) => void {
  const told = new Set<string>();
  return (reason) => {
    if (told.has(reason)) return;
    told.add(reason);
    stderr.write(`OpenRouter: ${visible(reason)}. It is asked again.\n`);
  };
}

function optionsOf(
  place: string | undefined,
  directory: string | null,
  flags: ReconcileFlags,
  { env, stderr }: Terminal,
): Omit<ReconcileOptions, "entries"> {
  const { apiKey, managementKey, baseUrl, since, until, keyHash, every = false, activity, ids } = flags;
  const about = [resolve(directory ?? place ?? ""), since.start, until?.end ?? null, keyHash ?? null];
  const state = flags.state ?? statePlace(JSON.stringify(about), flags, { env, stderr });
  const keys = {
    apiKey: apiKey === undefined ? env.OPENROUTER_API_KEY || undefined : fileOrText(apiKey),
    managementKey:
      managementKey === undefined ? env.OPENROUTER_MANAGEMENT_KEY || undefined : fileOrText(managementKey),
  };
  if (!activity && !keys.apiKey && !keys.managementKey)
    throw new UnusableError(
      "Single calls are asked with an API key of OpenRouter. Set OPENROUTER_API_KEY; keys are made at https://openrouter.ai/settings/keys.",
    );
  return {
    openRouter: {
      ...keys,
      baseURL: baseUrl ?? (env.OPENROUTER_BASE_URL || undefined),
    },
    period: { since: since.start, until: until?.end },
    keyHashes: keyHash,
    every,
    activity,
    ...(ids !== undefined && { ids: idsIn(ids) }),
    state,
    onStateLost: ({ message }) =>
      stderr.write(`What is answered is kept no more, and --resume would ask for it again: ${message}.\n`),
    resume: flags.resume === true,
  };
}

/** A bar for days, and one for ids. */
function askingOn(stderr: Terminal["stderr"]) {
  const words = { days: "asking for days", ids: "asking for ids" };
  let bar: { readonly doing: string; readonly steps: ReturnType<typeof stepsProgressOn> } | null = null;
  return {
    report: ({ doing, asked, of }: InquiryProgress) => {
      if (bar?.doing !== doing) {
        bar?.steps.end();
        bar = { doing, steps: stepsProgressOn(stderr, words[doing]) };
      }
      bar.steps.report({ done: asked, of });
    },
    end: () => bar?.steps.end(),
  };
}

function show(result: Reconciliation, { json }: ReconcileFlags, terminal: Terminal): number {
  const { stdout, width, colors } = terminal;
  stdout.write(json ? `${jsonLine(result)}\n` : reconcileText(result, { width, colors }));
  if (result.result === "agreed") return exitCode.fine;
  return result.result === "findings" ? exitCode.problem : exitCode.incomplete;
}
