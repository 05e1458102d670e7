import { type DeliveryReport, readDelivery } from "@openrouter-audit/core";
import { type Command, Option } from "commander";
import { exitCode } from "../exit-code.ts";
import { answerLine } from "../format/answer-line.ts";
import { deliveryText } from "../format/delivery-text.ts";
import { directoryArgument, existingJournal } from "../journal-directory.ts";
import { lengthOf } from "../period.ts";
import { progressOn } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit delivery                      has every sink got everything?
  $ openrouter-audit delivery --late 10m           a sink may be ten minutes behind
  $ openrouter-audit delivery --json | jq '.sinks[] | {sink, behind}'

Each sink is delivered what is in the journal, from its cursor on, by the one process that has its lock; the
others stand by. When that process has died, another takes over, or the next that is started with the sink.
A holder that is "unknown" runs on another host, or in another container. "delivered" counts since the sink was
new; audit.health() in the application counts since its process began. Bytes are those of the lines.
A sink that is "required" belongs to the guarantee: while it fails, new calls are refused (unless onFailure is
"continue", which no file says).

What a sink will never take is set aside in delivery/<sink>.rejected.jsonl, with the reason and the line of the
journal; all else is delivered. Mend what it fails of, give the lines to the place yourself, and move the file
away:
  $ jq -r .line audit_logs/delivery/store.rejected.jsonl

Exit codes: 0 every sink has everything, or is not late, 1 something has to be put right: entries are set
aside, a sink fails, nobody is left to deliver to it, or a cursor or a file cannot be used, 2 a sink is late,
3 there is no journal to be read.`;

interface DeliveryFlags {
  readonly late: number;
  readonly json?: boolean;
}

/** `openrouter-audit delivery`: how far is each sink, and what did it not take? */
export function addDelivery(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("delivery")
    .description("show how far each sink is, who delivers, and what was set aside")
    .argument("[dir]", directoryArgument)
    .addOption(lateOption())
    .option("--json", "everything that was found, as JSON")
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: DeliveryFlags) =>
      exitWith(await delivery(directory, flags, terminal)),
    );
}

function lateOption(): Option {
  return new Option("--late <time>", "how old what is not delivered may be")
    .argParser(lengthOf)
    .default(60_000, "1m");
}

async function delivery(given: string | undefined, flags: DeliveryFlags, terminal: Terminal) {
  const { env, stdout, stderr, colors, width } = terminal;
  const directory = existingJournal(given, env);
  const progress = progressOn(stderr, "counting");
  const sinks = await readDelivery(directory, { onProgress: progress.report }).finally(() => progress.end());
  const now = Date.now();
  if (flags.json) stdout.write(answerLine({ directory, sinks }));
  else stdout.write(deliveryText(directory, sinks, { colors, width, now }));
  const codes = sinks.map((sink) => codeOf(sink, now - flags.late));
  if (codes.includes(exitCode.problem)) return exitCode.problem;
  return codes.includes(exitCode.incomplete) ? exitCode.incomplete : exitCode.fine;
}

function codeOf(
  { behind, deadLetters, failingSince, holder, problems }: DeliveryReport,
  late: number,
): number {
  const isBehind = behind.entries > 0;
  const isAbandoned = isBehind && (holder === null || holder.life === "dead");
  if (problems.length > 0 || deadLetters.count > 0 || (isBehind && failingSince !== null) || isAbandoned) {
    return exitCode.problem;
  }
  return behind.oldest !== null && Date.parse(behind.oldest) < late ? exitCode.incomplete : exitCode.fine;
}
