import { journalOf } from "../../../test/support/counted-journal.ts";
import {
  lookUp,
  openEntries,
  query,
  queryPage,
  type ReportOptions,
  report,
  sql,
  writeLake,
} from "../src/index.ts";

const since = new Date("2026-11-24T00:00:00.000Z");

test.each<[string, unknown, RegExp]>([
  [
    "a period that ends before it begins",
    { period: { since, until: new Date(+since - 1) } },
    /must be before/,
  ],
  ["a period of no time", { period: { since, until: since } }, /must be before/],
  ["a time that is none", { period: { since: new Date("x") } }, /period\.since/],
  ["a text for a time", { period: { until: "2026-11-24" } }, /period\.until/],
  ["a year that cannot be written", { period: { until: new Date(8.64e15) } }, /1970 to 9999/],
  ["an unknown member of the period", { period: { from: since } }, /"from"/],
  ["a period that is none", { period: "2026-11" }, /"period"/],
  ["an unknown option", { perid: {} }, /"perid"/],
  ["models that are no list", { expect: { models: "openai/*" } }, /"models"/],
  ["an expectation nobody knows", { expect: { region: "eu" } }, /"region"/],
  ["hours that are none", { offHours: [22, 24] }, /offHours/],
  ["a number that is none", { unusual: { minimumCalls: "5" } }, /minimumCalls/],
  ["a way to verify that is none", { verify: "yes" }, /"verify"/],
  ["a key that is none", { verify: { key: "hello" } }, /public key is none: one has the form/],
])("%s is refused before anything is read", async (_what, options, message) => {
  const made = report("/no/such/journal", options as ReportOptions);
  await expect(made).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringMatching(message),
  });
});

test.each<[string, [string, string], [string, string]]>([
  ["a day", ["2026-11-24", "2026-11-25"], ["2026-11-23", "2026-11-24"]],
  ["a month", ["2026-03-01", "2026-04-01"], ["2026-02-01", "2026-03-01"]],
  ["two months", ["2026-03-01", "2026-05-01"], ["2026-01-01", "2026-03-01"]],
  ["a year", ["2025-01-01", "2026-01-01"], ["2024-01-01", "2025-01-01"]],
  ["thirty days", ["2026-03-01", "2026-03-31"], ["2026-01-30", "2026-03-01"]],
  [
    "hours",
    ["2026-11-24T08:00:00.000Z", "2026-11-24T10:30:00.000Z"],
    ["2026-11-24T05:30:00.000Z", "2026-11-24T08:00:00.000Z"],
  ],
])("%s is compared with as much before it", async (_what, [from, to], [before, after]) => {
  const made = await report(journalOf([]), { period: { since: new Date(from), until: new Date(to) } });
  const iso = (time: string) => new Date(time).toISOString();
  expect(made.compared_with).toEqual({ since: iso(before), until: iso(after) });
});

test("an open period is compared with nothing, and is told of as open", async () => {
  const made = await report(journalOf([]), { period: { since } });
  expect(made.period).toEqual({ since: since.toISOString(), until: null });
  expect([made.compared_with, made.news, made.verification, made.totals.success_rate]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("who gives up gets the reason, before and in the middle", async () => {
  const reason = new Error("enough");
  await expect(report("/no/such/journal", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const giving = new AbortController();
  const table = await openEntries(journalOf([]));
  let questions = 0;
  const snapshotOf = table.snapshot.bind(table);
  table.snapshot = async (options) => {
    const snapshot = await snapshotOf(options);
    const ask = snapshot.ask.bind(snapshot);
    snapshot.ask = (statement) => {
      questions += 1;
      if (questions === 3) giving.abort(reason);
      return ask(statement);
    };
    return snapshot;
  };
  await expect(report(table, { signal: giving.signal })).rejects.toBe(reason);
  expect(questions).toBe(3);
  await table.close();
});

const nowhere = "/no/such/journal";

test.each<[string, (options: never) => Promise<unknown>]>([
  ["query", (options) => query(nowhere, {}, options).next()],
  ["queryPage", (options) => queryPage(nowhere, {}, options)],
  ["lookUp", (options) => lookUp(nowhere, "01a2", options)],
  ["sql", (options) => sql(nowhere, "select 1", options)],
  ["report", (options) => report(nowhere, options)],
  ["writeLake", (options) => writeLake(nowhere, "/no/such/lake", options)],
])("%s passes over no option that it does not have, nor one that is not right", async (_name, ask) => {
  for (const options of [{ sinse: since }, { signal: "stop" }, { onProgress: true }])
    await expect(ask(options as never)).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringContaining(Object.keys(options)[0]!),
    });
});
