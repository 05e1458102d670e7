import { readFileSync } from "node:fs";
import { query, report } from "@openrouter-audit/analysis";
import { answerParent } from "./child.ts";
import { filterByHand, reportByHand } from "./duckdb-by-hand.ts";
import { filterInLoop } from "./node-loop.ts";
import { reportInLoop } from "./report-in-loop.ts";

/** Who answers, and what: all entries of one user, or the report of everything. */
export interface ReaderQuestion {
  readonly how: "product" | "node loop" | "DuckDB by hand";
  readonly what: "filter" | "report";
  readonly place: string;
  readonly user: string;
}

export interface ReaderAnswer {
  readonly wallMs: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
  /** The most memory that the process had at any time, with Node itself. */
  readonly residentMb: number;
  /** Entries of the user; calls of the report. */
  readonly found: number;
}

const answers: Readonly<Record<string, (question: ReaderQuestion) => Promise<number>>> = {
  "product filter": async ({ place, user }) => {
    let found = 0;
    for await (const _ of query(place, { match: { user_id: user } })) found += 1;
    return found;
  },
  "product report": async ({ place }) => (await report(place)).totals.calls,
  "node loop filter": ({ place, user }) => filterInLoop(place, user),
  "node loop report": ({ place }) => reportInLoop(place),
  "DuckDB by hand filter": ({ place, user }) => filterByHand(place, user),
  "DuckDB by hand report": ({ place }) => reportByHand(place),
};

answerParent(
  async (question: ReaderQuestion): Promise<ReaderAnswer> => {
    const begun = performance.now();
    const before = process.cpuUsage();
    const found = await answers[`${question.how} ${question.what}`]!(question);
    const { user, system } = process.cpuUsage(before);
    const wallMs = performance.now() - begun;
    return { wallMs, cpuMs: (user + system) / 1e3, residentMb: mostResident(), found };
  },
  () => undefined,
);

function mostResident(): number {
  // Where there is no such file: of the child of a large process, it may be what the parent had.
  const kilobytes = /VmHWM:\s*(\d+)/.exec(
    process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "",
  )?.[1];
  return Number(kilobytes ?? process.resourceUsage().maxRSS) / 1024;
}
