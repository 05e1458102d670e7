import { parseArgs } from "node:util";
import { printResult } from "./print-result.ts";
import { programs } from "./programs.ts";
import { keepResult, writeTable } from "./results.ts";
import { runProgram } from "./run-program.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    rounds: { type: "string" },
    full: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    "write-table": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const unknown = positionals.filter((name) => !Object.hasOwn(programs, name));
if (flags.help || unknown.length > 0) {
  for (const name of unknown) console.error(`There is no program "${name}".\n`);
  console.log(help());
  process.exitCode = unknown.length > 0 ? 1 : 0;
} else {
  await breakEverything(positionals.length > 0 ? positionals : Object.keys(programs));
}

async function breakEverything(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { full, keep } = flags;
    const result = await runProgram(name, {
      seed: Number(flags.seed),
      ...(flags.rounds && { rounds: Number(flags.rounds) }),
      full,
      keep,
    });
    if (flags.json) console.log(JSON.stringify(result));
    else printResult(result);
    const failed = result.attempts.some(({ violations }) => violations.length > 0);
    if (failed || (process.env.CI && result.notTried.length > 0)) process.exitCode = 1;
    else if (flags["write-table"]) keepResult(result);
  }
  if (flags["write-table"]) writeTable();
}

function help(): string {
  const lines = Object.entries(programs).map(([name, { purpose, round, rounds }]) => {
    return `  ${name.padEnd(8)} ${purpose}\n${" ".repeat(11)}A round is ${round}: ${rounds.quick}, and ${rounds.full} with --full.`;
  });
  return `Breaks what docs/guarantees.md promises, in a temporary directory, and says what survived.

npm run break [-- NAME ...] [--full] [--seed N] [--rounds N] [--json] [--keep] [--write-table]

${lines.join("\n")}

  --full         as much as the table in docs/guarantees.md says was tried
  --seed N       the same again, or something else (default 1)
  --rounds N     so much of it
  --json         one result a line, for programs
  --keep         leaves the directory
  --write-table  keeps the results in test/breaking/results, and writes the table

Examples:
  npm run break -- deaths --seed 7 --rounds 20
  npm run break -- --full --write-table

Exit code 1 when a promise was broken; with CI set also when something could not be tried.`;
}
