import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditEntry, publicKeyOf } from "@openrouter-audit/core";
import { displayWidth } from "../src/format/display-width.ts";
import { runCli } from "./run-cli.ts";
import { type Call, journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const key = publicKeyOf(secret);
const twoCalls = async (call: Call) => {
  await call("ada", "openai/gpt-4o-mini");
  await call("eve\x1b[31m\u202e", "openai/gpt-5-mini", { status: 429 });
};

async function sealedJournal() {
  const directory = await sampleJournal(twoCalls);
  const entries = journalFile(directory).lines.map((line) => JSON.parse(line) as AuditEntry);
  return { directory, first: entries[1]!, second: entries[2]! };
}

/** The lines of the section under a heading. */
function section(page: string, heading: string): string {
  return page.split(`\n${heading}\n`)[1]?.split("\n\n")[0] ?? "";
}

test("an entry is shown with who, what, when, cost, outcome, names and its seal", async () => {
  const { directory, first } = await sealedJournal();
  const { code, stdout, stderr } = await runCli(["show", first.id, directory, "--key", key]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^chat_completion {2}success {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/);
  expect(section(stdout, "Who")).toMatch(/user +ada \(authenticated by context\)/);
  expect(section(stdout, "What")).toMatch(/provider +OpenAI\n +endpoint +POST \/api\/v1\/chat\/completions/);
  expect(section(stdout, "When")).toContain(first.timestamp);
  expect(section(stdout, "Cost")).toMatch(/cost +\$0\.000353\n +tokens +1,412 → 235, 1,647 in all/);
  expect(section(stdout, "Outcome")).toMatch(/status +success, HTTP 200, the answer came to its end/);
  expect(section(stdout, "Digests").replaceAll(/\s/g, "")).toContain(first.prompt_hash);
  expect(section(stdout, "Names")).toContain(first.exchange_id);
  expect(section(stdout, "Seal")).toMatch(/seal +sealed: in canonical form, signed itself/);
  expect(section(stdout, "Seal")).toContain("the one that was given");
});

test("it is found by the beginning of its id, its generation, exchange, call and place", async () => {
  const { directory, first, second } = await sealedJournal();
  // Both were made in the same minute.
  const start = [...second.id].findIndex((letter, index) => letter !== first.id[index]) + 1;
  for (const [name, by] of [
    [second.id.slice(0, Math.max(start, 20)), "prefix"],
    [second.exchange_id!, "exchange_id"],
    [second.call_id!, "call_id"],
    [`${second.log}#2`, "place"],
  ] as const) {
    const { stdout } = await runCli(["show", name, directory, "--json", "--no-verify"]);
    expect(JSON.parse(stdout)).toMatchObject({ entry: { id: second.id }, found_by: by });
  }
  const { stdout } = await runCli(["show", first.generation_id!, directory, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    entry: { id: first.id },
    found_by: "generation_id",
    seal: { checked: true, sealed: true, key: "journal", size: 2 },
    neighbours: [],
  });
});

test("several that begin so are listed, and none is said to be none", async () => {
  const { directory, first, second } = await sealedJournal();
  const several = await runCli(["show", first.id.slice(0, 4), directory]);
  expect(several.code).toBe(1);
  expect(several.stdout).toContain(first.id);
  expect(several.stdout).toContain(second.id);
  expect(several.stderr).toBe("4 entries fit: give more of the id of one.\n");
  const none = await runCli(["show", "x\x1b[31m", directory]);
  expect(none).toMatchObject({ code: 1, stdout: "" });
  expect(none.stderr).toContain("call x\\e[31m, or an id that begins so, in ");
  expect((await runCli(["show", "x", directory, "--json"])).stdout).toBe('{"entry":null}\n');
  expect((await runCli(["show", "x", newDirectory()])).code).toBe(3);
});

test("a line that was changed is not shown as sealed, and the shell is told", async () => {
  const { directory, second } = await sealedJournal();
  journalFile(directory).rewrite((lines) =>
    lines.map((line) => line.replace('"cost_usd":0.000353', '"cost_usd":0.1')),
  );
  const { code, stdout } = await runCli(["show", second.id, directory]);
  expect(code).toBe(1);
  expect(section(stdout, "Seal")).toMatch(/NOT PROVEN: .*\(TAMPERED\)/);
  expect(section(stdout, "Seal").replaceAll(/\s+/g, " ")).toContain(
    "whoever can write there can put another beside it",
  );
  const other = await runCli([
    "show",
    second.id,
    directory,
    "--key",
    publicKeyOf("another secret, and long enough for that"),
  ]);
  expect(other.code).toBe(1);
});

test("without a key it is said that nothing was checked", async () => {
  const { first } = await sealedJournal();
  const bare = newDirectory();
  writeFileSync(join(bare, "audit_2026-11-02.jsonl"), `${lineOf(first)}\n`);
  const { code, stdout } = await runCli(["show", first.id, bare]);
  expect(code).toBe(0);
  expect(section(stdout, "Seal")).toContain("not checked: no key was given");
});

const lineOf = (entry: object) => {
  const { chain_hash, signature, ...rest } = entry as AuditEntry;
  return `${JSON.stringify(rest).slice(0, -1)},"chain_hash":"${"A".repeat(43)}=","signature":""}`;
};

/** A request of which two calls were made; the second was tried twice, and a third call is of the trace alone. */
async function requestJournal() {
  const { first } = await sealedJournal();
  const request = {
    id: "r-1",
    method: "POST",
    route: "/chat/:id",
    ip: "10.0.0.1",
    user_agent: "curl",
    trace_id: "t-1",
  };
  const entry = (number: number, members: object) => {
    const timestamp = `2026-11-02T09:30:0${number}.000Z`;
    return {
      ...first,
      id: `e-${number}`,
      exchange_id: `x-${number}`,
      call_id: `c-${number}`,
      seq: number,
      request,
      timestamp,
      recorded_at: timestamp,
      ...members,
    };
  };
  const entries = [
    entry(1, {}),
    entry(2, { call_id: "c-2", attempt: 1, status: "error", error_type: "server", error_code: 500 }),
    entry(3, { call_id: "c-2", attempt: 2, exchange_id: "x-3", model: "anthropic/claude-sonnet-4.5" }),
    entry(3, {
      id: "e-start",
      event_type: "call_started",
      exchange_id: "x-3",
      call_id: "c-2",
      status: "unknown",
    }),
    entry(4, { request: { ...request, id: "r-2" } }),
    entry(5, { request: { ...request, id: "r-3", trace_id: "t-2" } }),
  ];
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "audit_2026-11-02.jsonl"), entries.map((one) => `${lineOf(one)}\n`).join(""));
  return directory;
}

test("its neighbours are those of the same exchange, call, request and trace, in the order in which they began", async () => {
  const directory = await requestJournal();
  const { stdout } = await runCli(["show", "e-3", directory, "--json"]);
  const { neighbours } = JSON.parse(stdout) as { neighbours: { entry: AuditEntry; relation: string }[] };
  expect(neighbours.map(({ entry: { id }, relation }) => [id, relation])).toEqual([
    ["e-1", "request"],
    ["e-2", "call"],
    ["e-start", "exchange"],
    ["e-4", "trace"],
  ]);
  const page = (await runCli(["show", "e-3", directory], { columns: 120 })).stdout.replaceAll(
    /\x1b\[\d+m/g,
    "",
  );
  const rows = page.split("\nTogether with\n")[1]!.split("\n");
  expect(rows.slice(1, 6).map((row) => row.trim().split(/ {2,}/).slice(0, 2))).toEqual([
    ["-2.0 s", "same request"],
    ["-1.0 s", "same call"],
    ["+0 ms", "same exchange"],
    ["0 ms", "this one"],
    ["+1.0 s", "same trace"],
  ]);
});

test("a call is shown by its last attempt, and an exchange by its end", async () => {
  const directory = await requestJournal();
  for (const name of ["c-2", "x-3"]) {
    const { stdout } = await runCli(["show", name, directory, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ entry: { id: "e-3" } });
  }
});

test.each([60, 80, 120])(
  "the page fits a terminal of %i columns, with colours only there",
  async (columns) => {
    const directory = await requestJournal();
    const { stdout } = await runCli(["show", "e-3", directory], { columns });
    for (const line of stdout.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    expect(stdout).toContain("\x1b[");
    expect((await runCli(["show", "e-3", directory])).stdout).not.toContain("\x1b");
  },
);

test("text of the log can't drive the terminal, whatever stands in an entry", async () => {
  const { directory, second } = await sealedJournal();
  const evil = "\x1b]0;title\x07\u202e\n";
  const odd = {
    ...second,
    id: "odd",
    seq: 9,
    metadata: { [evil]: evil },
    attribution: 7,
    request: evil,
    service: [evil],
    policy: { [evil]: [evil, { a: evil }] },
    parameters: evil,
    tools: 1,
    cost_usd: evil,
    model: { evil },
    error_message: evil.repeat(500),
    status: [evil],
    detail: evil,
    recorded_at: 5,
  };
  appendFileSync(journalFile(directory).path, `${lineOf(odd)}\n`);
  for (const flags of [[], ["--json"]]) {
    const { stdout, stderr } = await runCli(["show", "odd", directory, ...flags]);
    expect(stderr).toBe("");
    expect(stdout.length).toBeGreaterThan(500);
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
});
