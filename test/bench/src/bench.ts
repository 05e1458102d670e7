import { parseArgs } from "node:util";
import { benchmarks } from "./benchmarks.ts";
import { sectionAsMarkdown, sectionAsText } from "./format-section.ts";
import { machine, machineInWords } from "./machine.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean", short: "h" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean" },
    markdown: { type: "boolean" },
    rows: { type: "string" },
    entries: { type: "string" },
    days: { type: "string" },
    rounds: { type: "string" },
  },
});
const [name = ""] = positionals;
const rows = countIn("rows");
const entries = countIn("entries");
const days = countIn("days");
const rounds = countIn("rounds");
const benchmark = !flags.help && Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;

if (benchmark) {
  const measuredOn = machine();
  const sections = await benchmark.run({ quick: flags.quick, progress, rows, entries, days, rounds });
  progress("");
  if (flags.json) {
    const tables = sections.map(({ title, note, rows }) => ({
      title,
      note,
      rows: rows.map(({ figures }) => figures),
    }));
    console.log(
      JSON.stringify({ benchmark: name, quick: flags.quick, machine: measuredOn, tables }, null, 2),
    );
  } else {
    const format = flags.markdown ? sectionAsMarkdown : sectionAsText;
    const where = `Measured by \`npm run bench -- ${name}${flags.quick ? " --quick" : ""}\` on ${machineInWords(measuredOn)}.`;
    console.log([...sections.map(format), where].join("\n\n"));
  }
} else {
  const isUnknown = name !== "" && !Object.hasOwn(benchmarks, name);
  if (isUnknown) console.error(`There is no benchmark "${name}".\n`);
  console.log(
    "npm run bench -- NAME [--quick] [--rows NUMBER] [--entries NUMBER] [--days NUMBER] [--rounds NUMBER] [--json | --markdown]\n",
  );
  for (const [each, { purpose }] of Object.entries(benchmarks)) console.log(`  ${each.padEnd(10)}${purpose}`);
  process.exitCode = isUnknown ? 1 : 0;
}

function countIn(flag: "rows" | "entries" | "days" | "rounds"): number | undefined {
  const text = flags[flag];
  const count = text === undefined ? undefined : Number(text);
  if (count !== undefined && !(Number.isSafeInteger(count) && count > 0))
    throw new RangeError(`--${flag} takes a number of ${flag}.`);
  return count;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
