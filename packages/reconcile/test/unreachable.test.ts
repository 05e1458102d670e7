import { join } from "node:path";
import type { ReconcileOptions } from "@openrouter-audit/reconcile";
import type { FakeOpenRouter } from "@openrouter-audit/testing";
import { KeptAccounts, managementKey } from "./kept-accounts.ts";
import { dayMs, firstDay, keepTwoAccounts } from "./two-accounts.ts";

const aborted = new Set(Array.from({ length: 30 }, (_none, index) => index * 2));
const days = 2;
const now = firstDay + days * dayMs + 7_200_000;
let waited = 0;
const clock = {
  now: () => now + waited,
  wait: async (ms: number) => {
    waited += ms;
  },
};
let accounts: KeptAccounts;
let fake: FakeOpenRouter;

beforeEach(async () => {
  waited = 0;
  accounts = await KeptAccounts.begin(clock);
  fake = accounts.fake;
  keepTwoAccounts(accounts.journal, fake, { calls: 60, days, differences: { aborted } });
});
afterEach(() => accounts.end());

const troubles: string[] = [];
const compare = (refuses: (sent: number) => boolean, options: Partial<ReconcileOptions> = {}) => {
  let sent = 0;
  troubles.length = 0;
  const unreachable: typeof fetch = async (input, init) => {
    sent += 1;
    if (refuses(sent)) throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
    return fetch(input, init);
  };
  const done = accounts.compare({
    openRouter: { managementKey, baseURL: fake.url, fetch: unreachable },
    concurrency: 1,
    onTrouble: (reason) => troubles.push(reason),
    ...options,
  });
  return { done, sent: () => sent };
};

test("where nobody ever answers it ends after a few attempts, and says where and why", async () => {
  const { done, sent } = compare(() => true);
  await expect(done).rejects.toMatchObject({
    code: "CALL_FAILED",
    message: expect.stringMatching(/does not answer: http:.*ECONNREFUSED.*Nothing was compared/),
  });
  expect([sent(), waited < 10_000]).toEqual([4, true]);
  expect(troubles[0]).toContain("ECONNREFUSED");
});

test("where nobody answers any more, one question finds that out for all, and each says why", async () => {
  const { done, sent } = compare((number) => number > days);
  const { result, unsettled } = await done;
  expect(result).toBe("incomplete");
  expect(sent()).toBe(days + 8 + 4);
  expect(new Set(unsettled.map(({ reason, because }) => `${reason}: ${because}`))).toEqual(
    new Set([
      "failed: it cannot be reached (ECONNREFUSED)",
      "failed: so many questions before had no answer: it cannot be reached (ECONNREFUSED)",
    ]),
  );
});

test("a day that was given up is no day that OpenRouter has no more: it is asked again with what was answered", async () => {
  const state = join(accounts.home, "state.jsonl");
  fake.script(({ url }) => (url.includes("date=2026-10-02") ? { error: 503 } : undefined));
  const { unsettled, activity } = await compare(() => false, { state }).done;
  expect(unsettled).toMatchObject([{ reason: "failed", day: "2026-10-02", because: "it answered 503" }]);
  expect(activity?.requests).toBe(30);
  fake.script(() => undefined);
  const again = compare(() => false, { state, resume: true });
  expect(await again.done).toMatchObject({ result: "agreed", unsettled: [] });
  expect(again.sent()).toBe(1);
});
