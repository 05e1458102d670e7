import { parseArgs } from "node:util";
import { writeMonth } from "./month.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    entries: { type: "string", default: "10000" },
    days: { type: "string", default: "31" },
    seed: { type: "string", default: "1" },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("write-month DIR [--entries N] [--days N] [--seed N]");
const { entries, days, seed } = values;
console.log(
  JSON.stringify(writeMonth(directory, { entries: Number(entries), days: Number(days), seed: Number(seed) })),
);
