import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditEntry } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { journalFile, newDirectory, sampleJournal } from "./sample-journal.ts";

const lineOf = (entry: object) =>
  `${JSON.stringify(entry).slice(0, -1)},"chain_hash":"${"A".repeat(43)}=","signature":""}`;

const models = ["openai/gpt-5-mini", "anthropic/claude-sonnet-4.5", "google/gemini-3-pro"];

/** Twelve calls of two days: of four users, three models; one in three failed. */
const calls = Array.from({ length: 12 }, (_none, number) => {
  const time = `2026-11-0${number < 6 ? 2 : 3}T09:30:${String(number).padStart(2, "0")}.000Z`;
  const failed = number % 3 === 2;
  return {
    schema_version: 1,
    id: `e-${String(number).padStart(2, "0")}`,
    log: "shop/web-1/01a20b67-b365-717f-828f-56dee38055e5",
    seq: number,
    timestamp: time,
    recorded_at: time,
    event_type: "chat_completion",
    user_id: ["ada", "grace", "Doe, John", null][number % 4],
    tenant_id: number < 6 ? "acme" : "globex",
    session_id: `s-${number % 2}`,
    attribution: { how: "authenticated", source: "user()" },
    service: { name: number < 6 ? "shop" : "desk", version: null, instance: "a/1" },
    request: {
      id: `r-${number}`,
      route: number % 2 === 0 ? "/chat/:id" : "/joke",
      trace_id: `t-${number % 4}`,
    },
    endpoint: "/api/v1/chat/completions",
    model: models[number % 3],
    provider: ["OpenAI", "Anthropic", "Google"][number % 3],
    generation_id: `gen-${number}`,
    status: failed ? (number === 11 ? "aborted" : "error") : "success",
    error_type: failed ? "rate_limit_exceeded" : null,
    error_code: failed ? 429 : null,
    cost_usd: failed ? null : number / 10,
    latency_ms: 500 * number,
    total_tokens: 10 * number,
    stream: number % 2 === 0,
    prompt_hash: `sha256:${number}`,
    parameters: { temperature: number / 10 },
    tools: { offered: ["search"], called: number === 4 ? ["search"] : [] },
    metadata: { ticket: `T-${number % 5}`, feature: number < 3 ? "code_review" : "chat" },
  };
});

let directory: string;
beforeEach(() => {
  directory = newDirectory();
  for (const day of ["2026-11-02", "2026-11-03"]) {
    const lines = calls.filter(({ timestamp }) => timestamp.startsWith(day)).map(lineOf);
    writeFileSync(join(directory, `audit_${day}.jsonl`), `${lines.join("\n")}\n`);
  }
});

async function found(...flags: string[]) {
  const { code, stdout, stderr } = await runCli(["query", directory, "--json", ...flags]);
  const lines = stdout.trimEnd().split("\n").filter(Boolean);
  return { code, stderr, numbers: lines.map((line) => (JSON.parse(line) as AuditEntry).seq) };
}

test.each<[string[], number[]]>([
  [
    ["--user", "ada,grace"],
    [0, 1, 4, 5, 8, 9],
  ],
  [
    ["--user", "Doe\\, John"],
    [2, 6, 10],
  ],
  [
    ["--status", "error,aborted"],
    [2, 5, 8, 11],
  ],
  [
    ["--model", "openai/*,google/*", "--status", "success"],
    [0, 3, 6, 9],
  ],
  [
    ["--provider", "Anthropic"],
    [1, 4, 7, 10],
  ],
  [
    ["--feature", "code_review"],
    [0, 1, 2],
  ],
  [
    ["--tenant", "globex", "--session", "s-1"],
    [7, 9, 11],
  ],
  [
    ["--service", "desk", "--route", "/chat/*"],
    [6, 8, 10],
  ],
  [["--endpoint", "/api/v1/embeddings"], []],
  [
    ["--error", "429", "--tenant", "acme"],
    [2, 5],
  ],
  [
    ["--error", "rate_limit*", "--tenant", "acme"],
    [2, 5],
  ],
  [["--generation", "gen-7"], [7]],
  [
    ["--trace", "t-1"],
    [1, 5, 9],
  ],
  [["--prompt-hash", "sha256:3"], [3]],
  [
    ["--min-cost", "0.3", "--max-cost", "0.7"],
    [3, 4, 6, 7],
  ],
  [
    ["--min-latency", "5s"],
    [10, 11],
  ],
  [
    ["--min-tokens", "100"],
    [10, 11],
  ],
  [
    ["--where", "metadata.ticket=T-1"],
    [1, 6, 11],
  ],
  [
    ["--where", "metadata.ticket=T-1,T-2", "--where", "tenant_id!=acme"],
    [6, 7, 11],
  ],
  [
    ["--where", "user_id=null"],
    [3, 7, 11],
  ],
  [
    ["--where", "user_id!=null,ada"],
    [1, 2, 5, 6, 9, 10],
  ],
  [
    ["--where", 'user_id="Doe, John"'],
    [2, 6, 10],
  ],
  [
    ["--where", "parameters.temperature>=1"],
    [10, 11],
  ],
  [
    ["--where", "parameters.temperature>=0.9", "--where", "parameters.temperature<=1"],
    [9, 10],
  ],
  [
    ["--where", "stream=true", "--where", "cost_usd=null"],
    [2, 8],
  ],
  [["--where", "tools.called=search"], [4]],
  [
    ["--where", "recorded_at=2026-11-03"],
    [6, 7, 8, 9, 10, 11],
  ],
  [
    ["--where", "timestamp<=2026-11-02", "--where", "timestamp>=2026-11-02T09:30:04"],
    [4, 5],
  ],
  [
    ["--since", "2026-11-03", "--until", "2026-11-03T09:30:08"],
    [6, 7],
  ],
  [
    ["--order", "-cost_usd", "--limit", "3"],
    [10, 9, 7],
  ],
  [
    ["--order", "user_id", "--limit", "4"],
    [2, 6, 10, 0],
  ],
  [
    ["--order", "-recorded_at", "--tenant", "acme"],
    [5, 4, 3, 2, 1, 0],
  ],
])("query %j", async (flags, expected) => {
  const { code, numbers } = await found(...flags);
  expect({ code, numbers }).toEqual({ code: 0, numbers: expected });
});

test.each([[[]], [["--order", "-cost_usd"]]])(
  "--cursor goes on where a page ended, with --json too: %j",
  async (order) => {
    const all: number[][] = [];
    let cursor: string[] = [];
    do {
      const page = await found("--limit", "5", ...order, ...cursor);
      all.push(page.numbers);
      const next = /--cursor ([\w-]+)\n/.exec(page.stderr)?.[1];
      cursor = next === undefined ? [] : ["--cursor", next];
    } while (cursor.length > 0);
    expect(all).toEqual(
      order.length === 0
        ? [
            [7, 8, 9, 10, 11],
            [2, 3, 4, 5, 6],
            [0, 1],
          ]
        : [
            [10, 9, 7, 6, 4],
            [3, 1, 0, 2, 5],
            [8, 11],
          ],
    );
  },
);

test("how to go on is told to who asks for pages, and not below each table", async () => {
  const journal = await sampleJournal((call) => call("ada", "openai/gpt-4o-mini"));
  journalFile(journal).rewrite(([, call]) =>
    Array.from({ length: 101 }, (_none, index) => call!.replace(/"id":"[^"]+"/, `"id":"${index}"`)),
  );
  const { stderr } = await runCli(["query", journal]);
  expect(stderr).toBe("These are the newest 100; there are more, which --limit shows.\n");
});

test("a page has a hundred when a cursor is given without a limit, and the table says how to go on", async () => {
  const { stdout, stderr } = await runCli(["query", directory, "--limit", "2"]);
  expect(stdout.trimEnd().split("\n")).toHaveLength(3);
  const cursor =
    /^These are the newest 2; there are more\. The next ones, with the same conditions: --cursor (\S+)\n$/.exec(
      stderr,
    )![1]!;
  const rest = await runCli(["query", directory, "--cursor", cursor]);
  expect(rest.stdout.trimEnd().split("\n")).toHaveLength(11);
  expect(rest.stderr).toBe("");
});

test.each<[string[], string]>([
  [["--where", "usr_id=ada"], "no member"],
  [["--where", "user_id"], "a condition is MEMBER=VALUE"],
  [["--where", "cost_usd>=much"], '"much" is no number'],
  [["--where", "timestamp>=someday"], "--where timestamp>=someday: Say 24h, 7d"],
  [["--where", "stream=maybe"], "true or false is expected"],
  [["--where", "user_id>=5"], "no ranges"],
  [["--where", 'user_id="ada'], "no JSON text"],
  [["--user", "ada", "--where", "user_id=grace"], "user_id is asked for twice"],
  [["--min-cost", "1", "--max-cost", "0.5"], "nothing is at least 1 and at most 0.5"],
  [["--error", "429,server"], "types or codes, not both"],
  [["--user", "ada,,grace"], "something is missing"],
  [["--min-cost", "cheap"], "an amount in US dollars"],
  [["--min-latency", "long"], "1500, 1.5s, 2m"],
  [["--order", "price"], 'There is no order "price"'],
  [["--cursor", "bm90aGluZw"], "none that was given out"],
  [["--orphans", "--order", "user_id"], "cannot be used with option"],
])("query %j is refused with what is understood", async (flags, words) => {
  const { code, stdout, stderr } = await runCli(["query", directory, ...flags]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toContain(words);
});

test("a cursor of another order is refused", async () => {
  const { stderr } = await found("--limit", "2", "--order", "user_id");
  const cursor = /--cursor (\S+)/.exec(stderr)![1]!;
  const other = await found("--limit", "2", "--cursor", cursor);
  expect(other.code).toBe(3);
  expect(other.stderr).toContain('The cursor is one of the order "user_id"');
});

test("what was found of a call without an end can be asked for with the same conditions", async () => {
  const journal = await sampleJournal((call) => call("ada", "openai/gpt-4o"));
  const { code, stderr } = await runCli([
    "query",
    journal,
    "--orphans",
    "--user",
    "ada,grace",
    "--where",
    "metadata.ticket=T-1",
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("no starts") });
});
