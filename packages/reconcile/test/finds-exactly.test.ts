import type { Reconciliation } from "@openrouter-audit/reconcile";
import { KeptAccounts } from "./kept-accounts.ts";
import { callOf, dayMs, firstDay, keepTwoAccounts, type MadeCall } from "./two-accounts.ts";

/** `ENTRIES=1000000` compares as many: docs/reconcile.md. That takes minutes. */
const calls = Number(process.env.ENTRIES ?? 2_000);
const days = calls < 100_000 ? 5 : 30;
const k = calls < 100_000 ? 4 : 10;

let accounts: KeptAccounts;

/** k calls, spread over all days; `offset` keeps kinds apart. */
const some = (offset: number) =>
  new Set(Array.from({ length: k }, (_none, n) => Math.floor(((n + 0.5) / k) * calls) + offset));
const differences = { deleted: some(1), unaudited: some(7), altered: some(13), aborted: some(19) };

beforeAll(async () => {
  const now = firstDay + days * dayMs + 7_200_000;
  accounts = await KeptAccounts.begin({ now: () => now, wait: async () => undefined });
  keepTwoAccounts(accounts.journal, accounts.fake, { calls, days, differences });
}, 3_600_000);

afterAll(() => accounts.end());

const called = (indexes: Iterable<number>): MadeCall[] => [...indexes].map((n) => callOf(n, calls, days));

/** What calls have together, by their group. */
function grouped(made: readonly MadeCall[]) {
  const groups = new Map<string, { calls: number; prompt: number; completion: number; cost: number }>();
  for (const { at, model, provider, prompt, completion, cost } of made) {
    const key = `${new Date(at).toISOString().slice(0, 10)} ${model} ${provider}`;
    const sum = groups.get(key) ?? { calls: 0, prompt: 0, completion: 0, cost: 0 };
    groups.set(key, {
      calls: sum.calls + 1,
      prompt: sum.prompt + prompt,
      completion: sum.completion + completion,
      cost: Number((sum.cost + cost).toFixed(9)),
    });
  }
  return new Map([...groups].sort());
}

function missingGroups({ findings }: Reconciliation) {
  return new Map(
    findings
      .filter(({ kind, id }) => kind === "missing_in_log" && id === null)
      .map(({ day, model, provider, calls, found }): [string, unknown] => [
        `${day} ${model} ${provider}`,
        { calls, prompt: found!.prompt_tokens, completion: found!.completion_tokens, cost: found!.cost_usd },
      ])
      .sort(),
  );
}

test("names exactly the groups of calls that were deleted or bypassed the log, and the entries whose cost was altered", async () => {
  const begun = performance.now();
  const result = await accounts.compare();
  const took = performance.now() - begun;
  expect(missingGroups(result)).toEqual(grouped(called([...differences.deleted, ...differences.unaudited])));
  const others = result.findings.filter(({ kind }) => kind !== "missing_in_log");
  expect(others.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(
    called(differences.altered)
      .map(({ id }) => `cost_differs ${id}`)
      .sort(),
  );
  expect(result).toMatchObject({ result: "findings", unsettled: [], days_not_compared: [] });
  // Told of the aborted streams, and of the altered costs.
  expect(result.corrections).toMatchObject({ due: 2 * k, written: 0 });
  expect(result.groups.compared - result.groups.agreed).toBeLessThanOrEqual(2 * k);
  if (process.env.ENTRIES)
    console.log(
      `${calls} calls: ${Math.round(took / 1000)} s, ${result.asked.requests} requests, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
    );
}, 3_600_000);

test("asks about nothing in groups that agree", async () => {
  const { fake } = accounts;
  const before = fake.requests.length;
  const { groups } = await accounts.compare();
  const asked = fake.requests.slice(before).flatMap(({ url }) => /generation\?id=(.*)/.exec(url)?.[1] ?? []);
  expect(new Set(asked).size).toBe(asked.length);
  const key = ({ at, model, provider }: MadeCall) => `${Math.floor(at / dayMs)} ${model} ${provider}`;
  const { aborted, ...differing } = differences;
  const touched = new Set(called(Object.values(differing).flatMap((set) => [...set])).map(key));
  const needless = asked
    .map((id) => callOf(Number(id.split("-").at(-1)), calls, days))
    .filter((call) => !touched.has(key(call)) && !aborted.has(call.index));
  expect(needless).toEqual([]);
  expect(groups.agreed).toBeGreaterThan(0);
}, 3_600_000);

test("names each id that the log lacks when ids are known from elsewhere", async () => {
  const ids = accounts.fake.generations.map(({ id }) => id);
  const result = await accounts.compare({ ids });
  const named = result.findings.filter(({ kind, id }) => kind === "missing_in_log" && id !== null);
  expect(named.map(({ id }) => id).sort()).toEqual(
    called([...differences.deleted, ...differences.unaudited])
      .map(({ id }) => id)
      .sort(),
  );
}, 3_600_000);
