import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InquiryProgress, ReconcileOptions } from "@openrouter-audit/reconcile";
import type { FakeOpenRouter } from "@openrouter-audit/testing";
import { systemClock } from "../src/pace.ts";
import { KeptAccounts, managementKey } from "./kept-accounts.ts";
import { callOf, type Differences, dayMs, firstDay, keepTwoAccounts } from "./two-accounts.ts";

const calls = 20;
let accounts: KeptAccounts;
let state: string;
let fake: FakeOpenRouter;
const clock = { now: () => firstDay + 2 * dayMs + 7_200_000, wait: async () => undefined };

beforeEach(async () => {
  accounts = await KeptAccounts.begin(clock);
  fake = accounts.fake;
  state = join(accounts.home, "state.jsonl");
});
afterEach(() => accounts.end());

const keep = (differences: Differences = {}) =>
  keepTwoAccounts(accounts.journal, fake, { calls, days: 2, differences });
const compare = (options: Partial<ReconcileOptions> = {}) => accounts.compare({ state, ...options });

test("an id that OpenRouter does not take is refused, and the others are asked all the same", async () => {
  keep({ aborted: new Set([3, 11]) });
  const { id } = callOf(3, calls, 2);
  fake.script(({ url }) => (url.endsWith(id) ? { error: 400 } : undefined));
  const { result, unsettled, corrections } = await compare({ ids: ["not an id"] });
  expect(result).toBe("incomplete");
  expect(unsettled).toMatchObject([
    { reason: "refused", id },
    { reason: "no_record", id: "not an id" },
  ]);
  expect(corrections.due).toBe(1);
});

test("a day that OpenRouter does not take is not compared; what was answered is kept, and only that day is asked again", async () => {
  keep({ aborted: new Set([15]) });
  const day = new Date(firstDay).toISOString().slice(0, 10);
  fake.script(({ url }) => (url.includes(`date=${day}`) ? { error: 400 } : undefined));
  const told: InquiryProgress[] = [];
  const { result, days_not_compared } = await compare({ onProgress: (done) => told.push(done) });
  expect([result, days_not_compared]).toEqual(["incomplete", [day]]);
  expect(told.filter(({ doing }) => doing === "days").at(-1)).toEqual({ doing: "days", asked: 2, of: 2 });
  expect(told.at(-1)!.doing).toBe("ids");
  expect(existsSync(state)).toBe(true);

  fake.script(() => undefined);
  const before = fake.requests.length;
  expect(await compare({ resume: true })).toMatchObject({ result: "agreed", days_not_compared: [] });
  expect(fake.requests.slice(before).map(({ url }) => url.split("?")[1])).toEqual([`date=${day}`]);
  expect(existsSync(state)).toBe(false);
});

test("a state file that cannot be written any more is told of once, and the comparison goes on", async () => {
  keep({ aborted: new Set([3, 11]) });
  const lost: Error[] = [];
  const result = await compare({
    onProgress: () => {
      rmSync(state, { recursive: true, force: true });
      mkdirSync(state);
    },
    onStateLost: (error) => lost.push(error),
  }).finally(() => rmSync(state, { recursive: true }));
  expect(result).toMatchObject({ result: "agreed", corrections: { due: 2 } });
  expect(lost).toMatchObject([{ code: "EISDIR" }]);
});

test("a state file of an earlier run becomes its owner's alone", async () => {
  keep({ aborted: new Set([3]) });
  fake.script(({ path }) => (path.endsWith("/generation") ? { error: 403 } : undefined));
  await compare();
  writeFileSync(state, readFileSync(state), { mode: 0o644 });
  await compare();
  expect(statSync(state).mode & 0o777).toBe(0o600);
});

test("of a key that is known, its own calls alone are compared", async () => {
  keep();
  const record = { created_at: new Date(firstDay + 1_000).toISOString(), model: "x/y", total_cost: 1 };
  fake.keepGeneration({ ...record, id: "gen-of-others" }, { apiKey: "sk-or-v1-others" });
  const created = await fetch(`${fake.url}/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${managementKey}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "ours" }),
  });
  const { key, data } = (await created.json()) as { key: string; data: { hash: string } };
  fake.keepGeneration({ ...record, id: "gen-ours" }, { apiKey: key });
  const { activity, findings } = await compare({ keyHashes: [data.hash] });
  expect(activity).toMatchObject({ requests: 1, cost_usd: 1 });
  expect(findings.filter(({ kind }) => kind === "missing_in_log")).toMatchObject([
    { calls: 1, model: "x/y" },
  ]);
});

test("the clock waits, and stops with the reason of the signal", async () => {
  await systemClock.wait(1);
  const reason = new Error("enough");
  await expect(systemClock.wait(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const waiting = systemClock.wait(60_000, controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});
