import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { query, sql } from "@openrouter-audit/analysis";
import { type AuditEntry, AuditLog, correctionId, verifyJournal } from "@openrouter-audit/core";
import type { ReconcileOptions } from "@openrouter-audit/reconcile";
import type { FakeOpenRouter } from "@openrouter-audit/testing";
import { KeptAccounts } from "./kept-accounts.ts";
import { callOf, type Differences, dayMs, firstDay, keepTwoAccounts, type MadeCall } from "./two-accounts.ts";

const secret = "a secret that only these tests know, long enough";
const now = firstDay + 2 * dayMs + 7_200_000;
const calls = 60;

let accounts: KeptAccounts;
let home: string;
let journal: string;
let fake: FakeOpenRouter;
let time = now;
let waited: number[] = [];
const clock = {
  now: () => time,
  wait: async (ms: number) => {
    waited.push(ms);
    time += ms;
  },
};

beforeEach(async () => {
  [time, waited] = [now, []];
  accounts = await KeptAccounts.begin(clock);
  ({ home, journal, fake } = accounts);
});
afterEach(() => accounts.end());

const keep = (differences: Differences, days = 2) =>
  keepTwoAccounts(journal, fake, { calls, days, differences });
const compare = (options: Partial<ReconcileOptions> = {}) => accounts.compare(options);
const asked = (what: string) => fake.requests.filter(({ path }) => path.endsWith(what)).length;

test("two accounts that agree cost one request a day", async () => {
  keep({});
  const result = await compare();
  expect(result).toMatchObject({ result: "agreed", findings: [], unsettled: [], log: { calls } });
  expect(result.asked).toEqual({ requests: 2, ids: 0 });
  expect([asked("/activity"), asked("/generation")]).toEqual([2, 0]);
});

test("an entry of a call that nobody made is unknown to OpenRouter, and asked for twice", async () => {
  keep({ invented: new Set([7]) });
  const { findings, result } = await compare();
  const { id } = callOf(7, calls, 2);
  expect(result).toBe("findings");
  expect(findings).toMatchObject([{ kind: "unknown_to_openrouter", id, entry: expect.any(String) }]);
  expect(fake.requests.filter(({ url }) => url.endsWith(`id=${id}`))).toHaveLength(2);
});

test("what aborted streams cost is written beside them once, and then both accounts agree", async () => {
  keep({ aborted: new Set([3, 41]), altered: new Set([20]) });
  const audit = new AuditLog({ directory: journal, secret });
  const first = await compare({ corrections: audit, acts: audit });
  expect(first.findings.map(({ kind }) => kind)).toEqual(["cost_differs"]);
  expect(first.corrections).toMatchObject({ due: 3, written: 3 });

  const before = asked("/generation");
  const second = await compare({ corrections: audit, acts: audit });
  await audit.close();
  expect(second).toMatchObject({ result: "agreed", log: { corrected: 3 } });
  expect(second.corrections).toMatchObject({ due: 0, written: 0 });
  expect(asked("/generation")).toBe(before);

  const found: AuditEntry[] = [];
  for await (const entry of query(journal, { match: { event_type: "audit.*" } })) found.push(entry);
  const corrections = found.filter(({ event_type }) => event_type === "audit.corrected");
  expect(corrections.map(({ id, detail }) => id === correctionId(String(detail?.entry)))).toEqual([
    true,
    true,
    true,
  ]);
  const { id, cost, prompt } = callOf(3, calls, 2);
  const ofAborted = corrections.find(({ detail }) => detail?.generation_id === id);
  expect(ofAborted).toMatchObject({
    user_id: "system",
    cost_usd: null,
    detail: {
      source: "openrouter",
      recorded: { cost_usd: null, prompt_tokens: null, cancelled: true },
      found: { cost_usd: cost, prompt_tokens: prompt, cancelled: true },
    },
  });
  const acts = found.filter(({ event_type }) => event_type === "audit.reconciled");
  expect(acts.map(({ detail }) => [detail?.state, detail?.rows ?? null])).toEqual([
    ["begun", null],
    ["ended", calls],
    ["begun", null],
    ["ended", calls],
  ]);

  expect(acts[1]!.detail!.found).toMatchObject({
    result: "findings",
    findings: { cost_differs: { number: 1, calls: 1 } },
    unsettled: {},
    log_calls: calls,
    openrouter_requests: calls,
    corrections_written: 3,
  });
  expect(acts[3]!.detail!.found).toMatchObject({ result: "agreed", findings: {} });

  // The statement of docs/reconcile.md.
  const page = readFileSync("docs/reconcile.md", "utf8");
  const answer = await sql(journal, /^```sql\n(.*?)^```$/ms.exec(page)![1]!);
  const rows = [];
  for await (const row of answer.rows) rows.push(row);
  expect(rows).toEqual([[expect.closeTo(first.corrections.cost_usd, 11)]]);
  const key = readFileSync(join(journal, "public-key"), "utf8").trim();
  const { logs } = await verifyJournal(journal, { key });
  expect(logs.filter(({ log }) => !log.startsWith("shop/")).map(({ result }) => result)).toEqual(["intact"]);
});

test("a run that was ended goes on without asking again, and its file is for its owner alone", async () => {
  keep({ aborted: new Set([3, 11, 41, 50]) });
  const state = join(home, "state.jsonl");
  const controller = new AbortController();
  fake.script(({ index }) => {
    if (index === 4) controller.abort();
    return undefined;
  });
  await expect(compare({ state, signal: controller.signal, concurrency: 1 })).rejects.toThrow();
  expect(statSync(state).mode & 0o777).toBe(0o600);
  // As a process that was killed in the middle of a line leaves it.
  writeFileSync(state, '{"generation":{"id":"gen', { flag: "a" });
  const before = fake.requests.map(({ url }) => url);
  expect(before).toHaveLength(5);
  const result = await compare({ state, resume: true });
  expect(result).toMatchObject({ result: "agreed", corrections: { due: 4 } });
  const after = fake.requests.slice(before.length).map(({ url }) => url);
  // The one under way when it ended has no answer.
  expect(after.filter((url) => before.slice(0, -1).includes(url))).toEqual([]);
  expect(after).toHaveLength(2);
  expect(statSync(state, { throwIfNoEntry: false })).toBeUndefined();
});

test("a name that nobody knows is refused, and nothing is asked", async () => {
  keep({});
  for (const slip of [
    { evry: true },
    { period: { since: new Date(0), untill: new Date() } },
    { resume: "yes" },
  ])
    await expect(compare(slip as never)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
});

test("a file of another period is refused", async () => {
  keep({});
  const state = join(home, "state.jsonl");
  writeFileSync(state, '{"reconcile":1}\n');
  await expect(compare({ state, resume: true })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
});

test("waits as long as OpenRouter says, and gives up what keeps failing", async () => {
  keep({ aborted: new Set([3]) });
  fake.next({ error: { name: 429, retryAfterSeconds: 7 } }, { error: 502 });
  expect((await compare({ concurrency: 1 })).result).toBe("agreed");
  expect(waited[0]).toBe(7_000);
  expect(waited[1]! >= 1_000 && waited[1]! <= 2_000).toBe(true);

  fake.script(({ path }) => (path.endsWith("/generation") ? { error: 503 } : undefined));
  const { result, unsettled } = await compare();
  expect(result).toBe("incomplete");
  expect(unsettled).toMatchObject([{ reason: "failed", id: callOf(3, calls, 2).id }]);
});

test("a record that is not there yet is waited for; one that does not come is late", async () => {
  time = firstDay + 2 * dayMs + 60_000;
  const many = 240;
  const differences = { aborted: new Set([238, 239]) };
  keepTwoAccounts(journal, fake, { calls: many, days: 2, differences });
  const record = ({ id, at, model, provider, prompt, completion, cost }: MadeCall, visibleAtMs: number) =>
    fake.keepGeneration(
      {
        id,
        created_at: new Date(at).toISOString(),
        model,
        provider_name: provider,
        native_tokens_prompt: prompt,
        native_tokens_completion: completion,
        total_cost: cost,
      },
      { visibleAtMs },
    );
  const [soon, never] = [callOf(238, many, 2), callOf(239, many, 2)];
  record(soon, time + 100_000);
  record(never, Number.POSITIVE_INFINITY);
  const state = join(home, "state.jsonl");
  const { result, unsettled, corrections } = await compare({ state });
  expect(waited).toEqual([5_000, 30_000, 120_000, 300_000]);
  expect(result).toBe("incomplete");
  expect(unsettled).toMatchObject([{ reason: "late", id: never.id }]);
  expect(corrections.due).toBe(1);

  record(never, time);
  const before = asked("/generation");
  expect(await compare({ state, resume: true })).toMatchObject({ result: "agreed", corrections: { due: 2 } });
  expect(asked("/generation") - before).toBe(1);
});

test("only a management key may ask what was counted; one that is none is refused", async () => {
  keep({});
  await expect(compare({ openRouter: { apiKey: "sk-or-v1-app", baseURL: fake.url } })).rejects.toMatchObject({
    code: "MISSING_API_KEY",
  });
  const wrong = { managementKey: "sk-or-v1-app", baseURL: fake.url };
  await expect(compare({ openRouter: wrong })).rejects.toMatchObject({ code: "CALL_FAILED" });
  const one = await compare({ activity: false, openRouter: { apiKey: "sk-or-v1-app", baseURL: fake.url } });
  expect(one).toMatchObject({ result: "agreed", activity: null });
});

test("days that are too old are named, and the calls of keys of others are not missing", async () => {
  keep({});
  fake.keepGeneration({ id: "gen-of-others", created_at: new Date(firstDay + 1_000).toISOString() });
  const hash = "ab".repeat(32);
  const { unsettled, days_not_compared } = await compare({
    period: { since: new Date(firstDay - 40 * dayMs), until: new Date(firstDay - 39 * dayMs) },
  });
  expect([unsettled.length, days_not_compared]).toEqual([1, ["2026-08-22"]]);
  const { findings } = await compare();
  expect(findings).toMatchObject([{ kind: "missing_in_log", calls: 1, id: null }]);
  const ofKey = await compare({ keyHashes: [hash] });
  expect(ofKey.activity?.requests).toBe(0);
});

test.each(["before", "after"])(
  "an invented entry that borrows the id of a real call, written %s it, is found, and what is real is left alone",
  async (place) => {
    keep({ borrowed: { of: 9, costs: 100, place: place as "before" | "after" } });
    for (const every of [false, true]) {
      const { findings, result, log } = await compare({ every });
      expect(log.cost_usd).toBeGreaterThan(100);
      const { id, cost } = callOf(9, calls, 2);
      expect([result, findings]).toMatchObject([
        "findings",
        [
          {
            kind: "twice_in_log",
            id,
            entry: expect.any(String),
            recorded: { cost_usd: 100 },
            found: { cost_usd: cost },
          },
        ],
      ]);
      expect(fake.requests.filter(({ url }) => url.endsWith(`id=${id}`))).toHaveLength(every ? 2 : 1);
    }
  },
);
