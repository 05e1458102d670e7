import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReconcileOptions, reconcile } from "@openrouter-audit/reconcile";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import { type Differences, dayMs, firstDay, keepTwoAccounts } from "./two-accounts.ts";

const managementKey = "sk-or-v1-management";
const aborted = new Set(Array.from({ length: 30 }, (_none, index) => index * 2));
const differences: Differences = { deleted: new Set(), unaudited: new Set(), altered: new Set(), aborted };
const days = 2;
const now = firstDay + days * dayMs + 7_200_000;
let home: string;
let fake: FakeOpenRouter;
let waited = 0;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "openrouter-audit-unreachable-"));
  fake = await startFakeOpenRouter({ managementKeys: [managementKey], now: () => now });
  keepTwoAccounts(join(home, "journal"), fake, { calls: 60, days, differences });
});
afterEach(async () => {
  await fake.close();
  rmSync(home, { recursive: true });
});

const troubles: string[] = [];
const compare = (refuses: (sent: number) => boolean, options: Partial<ReconcileOptions> = {}) => {
  let sent = 0;
  troubles.length = 0;
  waited = 0;
  const unreachable: typeof fetch = async (input, init) => {
    sent += 1;
    if (refuses(sent)) throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
    return fetch(input, init);
  };
  const done = reconcile({
    entries: join(home, "journal"),
    openRouter: { managementKey, baseURL: fake.url, fetch: unreachable },
    period: { since: new Date(firstDay) },
    clock: {
      now: () => now + waited,
      wait: async (ms) => {
        waited += ms;
      },
    },
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
  const state = join(home, "state.jsonl");
  fake.script(({ url }) => (url.includes("date=2026-10-02") ? { error: 503 } : undefined));
  const { unsettled, activity } = await compare(() => false, { state }).done;
  expect(unsettled).toMatchObject([{ reason: "failed", day: "2026-10-02", because: "it answered 503" }]);
  expect(activity?.requests).toBe(30);
  fake.script(() => undefined);
  const again = compare(() => false, { state, resume: true });
  expect(await again.done).toMatchObject({ result: "agreed", unsettled: [] });
  expect(again.sent()).toBe(1);
});
