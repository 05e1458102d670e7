import type { ReconcileOptions, Reconciliation } from "@openrouter-audit/reconcile";
import type { FakeOpenRouter } from "@openrouter-audit/testing";
import { KeptAccounts } from "./kept-accounts.ts";
import { callOf, type Differences, dayMs, firstDay, keepTwoAccounts } from "./two-accounts.ts";

const now = firstDay + 2 * dayMs + 7_200_000;
const calls = 60;
const clock = { now: () => now, wait: async () => undefined };
let accounts: KeptAccounts;
let fake: FakeOpenRouter;

beforeEach(async () => {
  accounts = await KeptAccounts.begin(clock);
  fake = accounts.fake;
});
afterEach(() => accounts.end());

const keep = (differences: Differences) =>
  keepTwoAccounts(accounts.journal, fake, { calls, days: 2, differences });
const compare = (options: Partial<ReconcileOptions> = {}) => accounts.compare(options);
/** OpenRouter counts its calls, and has no record of these any more; of none when nobody says which. */
const forget = (...indexes: number[]) => {
  const ids = indexes.map((index) => callOf(index, calls, 2).id);
  fake.script(({ url }) => {
    const id = /\/generation\?id=(.*)/.exec(url)?.[1];
    const isForgotten = id !== undefined && (ids.length === 0 || ids.includes(decodeURIComponent(id)));
    return isForgotten ? { error: 404 } : undefined;
  });
};
const kinds = ({ findings }: Reconciliation) => findings.map(({ kind, calls: of }) => [kind, of]);
const reasons = ({ unsettled }: Reconciliation) => unsettled.map(({ reason, id }) => [reason, id]);
const idOf = (index: number) => callOf(index, calls, 2).id;

test("where OpenRouter counts the calls of which it has no record, nobody is accused", async () => {
  keep({ aborted: new Set([3, 41]) });
  forget();
  for (const every of [false, true]) {
    const result = await compare({ every });
    expect([result.result, result.findings]).toEqual(["incomplete", []]);
    expect(new Set(result.unsettled.map(({ reason }) => reason))).toEqual(new Set(["no_record"]));
  }
});

test("what bypassed the log is no more than what is counted beyond its calls, with a record or without", async () => {
  // 14 made past the log, 3 and 41 aborted before it knew who answers.
  keep({ unaudited: new Set([14]), aborted: new Set([3, 41]), unanswered: new Set([3, 41]) });
  forget();
  const result = await compare();
  expect(kinds(result)).toEqual([["missing_in_log", 1]]);
  forget(3, 41);
  const again = await compare();
  expect(kinds(again)).toEqual([["missing_in_log", 1]]);
  expect(again.findings[0]).toMatchObject({ model: callOf(14, calls, 2).model });
  expect(reasons(again)).toEqual([
    ["no_record", idOf(3)],
    ["no_record", idOf(41)],
  ]);
});

test("an invented entry is found where OpenRouter counts no call for it, also beside calls without a record", async () => {
  keep({ invented: new Set([7]), aborted: new Set([3]) });
  forget(3, 7);
  const result = await compare();
  expect(result.findings).toMatchObject([{ kind: "unknown_to_openrouter", id: idOf(7) }]);
  expect(reasons(result)).toEqual([["no_record", idOf(3)]]);
});

test("an invented entry in the place of a call that was deleted shows in the sums", async () => {
  const [deleted, invented] = sameGroup();
  keep({ deleted: new Set([deleted]), invented: new Set([invented]) });
  const result = await compare();
  expect(kinds(result).map(([kind]) => kind)).toEqual(["cost_differs", "tokens_differ"]);
  expect(reasons(result)).toEqual([["no_record", idOf(invented)]]);
});

test("calls that failed are no finding, and hide no more than the calls that OpenRouter counts of them", async () => {
  // Refused, and broken off in the middle: of that one OpenRouter counts what it cost.
  const failed = new Map([
    [10, 429],
    [11, 200],
  ]);
  keep({ failed });
  forget(10, 11);
  const result = await compare();
  expect([result.findings, reasons(result)]).toEqual([[], [["no_record", idOf(11)]]]);
  expect(result.log.failed_without_record).toBe(1);
});

test("a call that bypassed the log is found beside one that was refused", async () => {
  const [bypassed, refused] = sameGroup();
  keep({ unaudited: new Set([bypassed]), failed: new Map([[refused, 429]]) });
  const result = await compare();
  expect(kinds(result)).toEqual([["missing_in_log", 1]]);
  expect(result).toMatchObject({ unsettled: [], log: { failed_without_record: 1 } });
});

test("what was not counted, nobody can say of a call without a record", async () => {
  keep({ invented: new Set([7]), aborted: new Set([7]) });
  const result = await compare({ activity: false });
  expect([result.result, reasons(result)]).toEqual(["incomplete", [["no_record", idOf(7)]]]);
});

test("calls that are named are not found again in their group, and an id without a record is told", async () => {
  keep({ unaudited: new Set([14, 20]) });
  const ids = [idOf(14), idOf(30), "nonsense"];
  const result = await compare({ ids });
  expect(result.findings.map(({ id, calls: of }) => [id, of])).toEqual(
    expect.arrayContaining([
      [idOf(14), 1],
      [null, 1],
    ]),
  );
  expect(result.findings).toHaveLength(2);
  expect(reasons(result)).toEqual([["no_record", "nonsense"]]);
});

/** Two calls of the first day, one model and provider. */
function sameGroup(): [number, number] {
  const [first, ...others] = Array.from({ length: calls / 2 - 4 }, (_none, index) =>
    callOf(index + 2, calls, 2),
  );
  const other = others.find(({ model, provider }) => model === first!.model && provider === first!.provider)!;
  return [first!.index, other.index];
}
