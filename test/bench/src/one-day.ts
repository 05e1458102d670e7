import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Row, Section } from "./benchmark.ts";
import { spreadOf } from "./statistics.ts";

const cli = fileURLToPath(new URL("../../../packages/cli/dist/bin.js", import.meta.url));
const engine =
  "require('@openrouter-audit/analysis').openEntries(process.argv[1]).then((table) => table.close())";
const limitMs = 500;

/** What the command takes for one day, and what of it the start of Node and the engine takes. */
export async function oneDay(
  place: string,
  day: string,
  user: string,
  rounds: number,
  entries: number,
): Promise<Section> {
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  const times = ["--since", day, "--until", next];
  const commands = {
    "query --user": [cli, "query", place, ...times, "--user", user, "--json"],
    "query --status error, the dearest first": [
      cli,
      "query",
      place,
      ...times,
      "--status",
      "error",
      "--order=-cost_usd",
      "--json",
    ],
  };
  const start: number[] = [];
  const beyond = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    const empty = await wallMs(["-e", engine, place]);
    start.push(empty);
    for (const [name, words] of Object.entries(commands))
      beyond.get(name)!.push((await wallMs(words)) - empty);
  }
  const rows: Row[] = [
    ["the start of Node and the engine", start, null] as const,
    ...[...beyond].map(([name, ms]) => [name, ms, limitMs] as const),
  ].map(([name, ms, limit]) => {
    const spread = spreadOf(ms);
    return {
      figures: { question: name, ms: spread, limit_ms: limit },
      cells: [
        name,
        `${Math.round(spread.median)} [${Math.round(spread.min)} to ${Math.round(spread.max)}]`,
        limit === null ? "" : `< ${limit}`,
      ],
    };
  });
  return {
    title: `The command, asked about one day of ${entries} entries`,
    columns: ["what", "ms", "limit"],
    rows,
    note: `Median [min to max] of ${rounds} rounds, each a new process. What the questions take is beyond what the start takes in the same round.`,
  };
}

async function wallMs(words: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "ignore", "inherit"],
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`The process ended with code ${code}: ${words.join(" ")}`);
  return performance.now() - begun;
}
