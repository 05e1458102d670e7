import { AuditError } from "@openrouter-audit/core";
import fc from "fast-check";
import { lineOf } from "../../../test/support/unsealed-line.ts";
import type { EntryTable } from "../src/entries/entry-table.ts";
import { checkFilter } from "../src/filter/check-filter.ts";
import type { EntryFilter } from "../src/filter/entry-filter.ts";
import { mentionsOf } from "../src/filter/mentions.ts";
import { narrowingSql } from "../src/filter/narrowing-sql.ts";
import { SqlValues } from "../src/filter/sql-values.ts";
import { openJournal } from "../src/journal/journal-table.ts";
import { query } from "../src/query/query.ts";
import { filters, narrowed, oddEntries, wanted } from "./support/odd-entries.ts";
import { plainEntry, type WrittenEntry, writeJournal } from "./support/written-journal.ts";

async function withTable<T>(
  all: readonly WrittenEntry[],
  work: (table: EntryTable) => Promise<T>,
): Promise<T> {
  const table = await openJournal(writeJournal({ "audit_2026-11-02.jsonl": all.map(lineOf) }));
  try {
    return await work(table);
  } finally {
    await table.close();
  }
}

test("SQL leaves out nothing that a filter wants, whatever stands in an entry", async () => {
  await fc.assert(
    fc.asyncProperty(oddEntries, fc.array(filters, { minLength: 20, maxLength: 20 }), async (all, some) => {
      await withTable(all, async (table) => {
        const found = await narrowed(table, some);
        for (const [index, filter] of some.entries())
          expect({ filter, found: found[index] }).toEqual({
            filter,
            found: expect.arrayContaining(wanted(all, filter)),
          });
      });
    }),
    { numRuns: Number(process.env.RUNS ?? 12), endOnFailure: process.env.RUNS !== undefined },
  );
});

async function searched(table: EntryTable, filter: EntryFilter): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of query(table, filter)) ids.push(id);
  return ids.sort();
}

test("a search finds all of them, and nothing else, also where whole lines are passed over unread", async () => {
  await fc.assert(
    fc.asyncProperty(oddEntries, fc.array(filters, { minLength: 6, maxLength: 6 }), async (all, some) => {
      await withTable(all, async (table) => {
        // What is said to have been made after it was recorded stands in a file that a period leaves out.
        for (const { since: _since, ...filter } of some) {
          expect({ filter, found: await searched(table, filter) }).toEqual({
            filter,
            found: wanted(all, filter),
          });
        }
      });
    }),
    { numRuns: Number(process.env.RUNS ?? 6), endOnFailure: process.env.RUNS !== undefined },
  );
});

const ordinary: readonly WrittenEntry[] = ["ada", "grace", null].flatMap((user_id, user) =>
  ["openai/gpt-5-mini", "openai/gpt-4o", "anthropic/claude-sonnet-4.5"].map((model, index) => ({
    ...plainEntry,
    id: `e-${user}-${index}`,
    seq: user * 3 + index,
    user_id,
    model,
    status: index === 1 ? "error" : "success",
    http_status: index === 1 ? 429 : 200,
    error_code: index === 1 ? 429 : null,
    cost_usd: index === 2 ? null : (user + index) / 10,
    stream: index === 0,
    policy: { zdr: user === 0 },
    request: { route: "/chat/:id", ip: null },
    metadata: { ticket: user === 2 ? 42 : `T-${user}`, feature: index === 0 ? "review" : "chat" },
    parameters: { temperature: index / 2 },
    tools: { offered: ["search", "send"], called: index === 0 ? ["search"] : [] },
    timestamp: `2026-11-02T0${user}:00:00.000Z`,
  })),
);

test.each<[EntryFilter, number]>([
  [{}, 9],
  [{ match: { user_id: "ada" } }, 3],
  [{ match: { user_id: null } }, 3],
  [{ match: { user_id: ["ada", null] } }, 6],
  [{ match: { user_id: { not: "ada" } } }, 6],
  [{ match: { user_id: { not: null } } }, 6],
  [{ match: { user_id: { not: ["ada", null] } } }, 3],
  [{ match: { model: "openai/*" } }, 6],
  [{ match: { model: ["openai/gpt-4o", "anthropic/*"] } }, 6],
  [{ match: { model: { not: "openai/*" } } }, 3],
  [{ match: { status: ["error", "aborted"] } }, 3],
  [{ match: { http_status: 429 } }, 3],
  [{ match: { error_code: "429" } }, 3],
  [{ match: { error_code: 429 } }, 3],
  [{ match: { cost_usd: { min: 0.1, max: 0.2 } } }, 4],
  [{ match: { cost_usd: null } }, 3],
  [{ match: { stream: true } }, 3],
  [{ match: { zdr: { not: true } } }, 6],
  [{ match: { "policy.zdr": true } }, 3],
  [{ match: { route: "/chat/*", feature: "review" } }, 3],
  [{ match: { error_code: "4*" } }, 3],
  [{ match: { "metadata.ticket": 42 } }, 3],
  [{ match: { "metadata.ticket": "T-*" } }, 6],
  [{ match: { "metadata.ticket": { not: "42" } } }, 6],
  [{ match: { "metadata.none": null } }, 9],
  [{ since: new Date("2026-11-02T01:00:00Z") }, 6],
  [{ until: new Date("2026-11-02T01:00:00Z") }, 3],
  [{ match: { timestamp: { min: "2026-11-02T01:00:00Z", max: new Date("2026-11-02T01:00:00Z") } } }, 3],
])(
  "of ordinary entries SQL, and a search, finds what %j wants, and nothing else",
  async (filter, expected) => {
    expect(wanted(ordinary, filter)).toHaveLength(expected);
    expect(await narrowed(await ordinaryTable(), [filter])).toEqual([wanted(ordinary, filter)]);
    expect(await searched(await ordinaryTable(), filter)).toEqual(wanted(ordinary, filter));
  },
);

test.each<[EntryFilter, number]>([
  [{ match: { "tools.called": "search" } }, 3],
  [{ match: { "tools.called": { not: "search" } } }, 6],
  [{ match: { "parameters.temperature": { min: 0.5 } } }, 6],
  [{ match: { 'metadata."ticket"': "T-1" } }, 3],
])("a path leads to any member, and into lists: %j", async (filter, expected) => {
  expect(wanted(ordinary, filter)).toHaveLength(expected);
  expect((await narrowed(await ordinaryTable(), [filter]))[0]).toEqual(
    expect.arrayContaining(wanted(ordinary, filter)),
  );
});

test("a search of a second, or of less, finds times that say no fraction of it, or a finer one", async () => {
  const times = ["00Z", "00.0Z", "00.000Z", "00.0005Z", "00.000999Z", "00.001Z", "00.5Z", "01Z"];
  const all = times.map((end, index) => ({
    ...plainEntry,
    id: `e-${index}`,
    timestamp: `2026-11-02T09:30:${end}`,
    recorded_at: "2026-11-02T10:00:02.000Z",
  }));
  await withTable(all, async (table) => {
    for (const [until, expected] of [
      ["2026-11-02T09:30:01.000Z", 7],
      ["2026-11-02T09:30:00.001Z", 5],
    ] as const) {
      const filter = { since: new Date("2026-11-02T09:30:00.000Z"), until: new Date(until) };
      expect(wanted(all, filter)).toHaveLength(expected);
      expect(await searched(table, filter)).toEqual(wanted(all, filter));
    }
  });
});

const escaped = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`;
const otherForms: readonly [string, (members: string) => string][] = [
  ["spaces behind colons", (members) => members.replaceAll('":', '":  ')],
  ["a space before colons", (members) => members.replaceAll('":', '" :')],
  ["a tab", (members) => members.replaceAll('":', '":\t')],
  ["a carriage return", (members) => members.replaceAll('":', '"\r:')],
  ["an escape in values", (members) => members.replace(/:"(\w)/g, (_, first) => `:"${escaped(first)}`)],
  ["an escape in names", (members) => members.replace(/(\w)":/g, (_, last) => `${escaped(last)}":`)],
  ["escaped slashes", (members) => members.replaceAll("/", "\\/")],
];

test.each(otherForms)("a search finds lines that nobody sealed in this form: %s", async (_, formed) => {
  const lines = ordinary.map((each) => {
    const [members, seal] = lineOf(each).split(/(?=,"chain_hash")/);
    return formed(members!) + seal;
  });
  const table = await openJournal(writeJournal({ "audit_2026-11-02.jsonl": lines }));
  try {
    for (const filter of [
      { match: { user_id: "ada" } },
      { match: { model: ["openai/gpt-4o", "anthropic/*"] } },
      { match: { stream: true, route: "/chat/:id" } },
      { match: { stream: false } },
      { since: new Date("2026-11-02T01:00:00Z"), until: new Date("2026-11-02T02:00:00Z") },
    ] satisfies EntryFilter[])
      expect({ filter, found: await searched(table, filter) }).toEqual({
        filter,
        found: wanted(ordinary, filter),
      });
  } finally {
    await table.close();
  }
});

let opened: Promise<EntryTable> | undefined;
const ordinaryTable = () =>
  (opened ??= openJournal(writeJournal({ "audit_2026-11-02.jsonl": ordinary.map(lineOf) })));
afterAll(async () => (await opened)?.close());

test("thousands of texts are one list, and not a comparison each: of those a plan takes minutes", async () => {
  const many = [...Array.from({ length: 5_000 }, (_, index) => `user-${index}`), "ada"];
  for (const [user_id, expected] of [
    [many, 3],
    [{ not: many }, 6],
  ] as const) {
    const filter: EntryFilter = { match: { user_id } };
    const sql = narrowingSql(checkFilter(filter), new SqlValues());
    expect(sql.split(" or ").length).toBeLessThan(5);
    expect(mentionsOf(checkFilter(filter))).toEqual([]);
    expect(wanted(ordinary, filter)).toHaveLength(expected);
    expect(await searched(await ordinaryTable(), filter)).toEqual(wanted(ordinary, filter));
  }
});

test("an id is looked for as the entry keeps it", () => {
  const secret = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
  const { tests } = checkFilter({ match: { user_id: secret, tenant_id: secret, claimed_user: secret } });
  const values = tests.map(({ anyOf: [one] }) => one?.is === "equal" && one.value);
  expect(values).toEqual([
    expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
    expect.stringMatching(/^sha256:/),
    secret,
  ]);
});

test("entries that the log writes about itself are left out unless they are asked for", () => {
  const all = ["chat_completion", "audit.gap", "call_started"].map((event_type, index) => ({
    ...plainEntry,
    id: `e-${index}`,
    event_type,
  }));
  const found = (filter: EntryFilter) => wanted(all, filter).length;
  expect(found({})).toBe(1);
  expect(found({ system: true })).toBe(3);
  expect(found({ match: { event_type: "audit.*" } })).toBe(1);
  expect(found({ match: { event_type: ["chat_completion", "call_started"] } })).toBe(2);
  expect(found({ match: { event_type: { not: "call_started" } } })).toBe(1);
  expect(found({ system: false, match: { event_type: "audit.gap" } })).toBe(0);
});

test("calls are told apart from what else is recorded, as a report does it", async () => {
  const types =
    "chat_completion video_status unknown_endpoint of_tomorrow management catalogue call_refused call_started answer.approved audit.gap";
  const all = types.split(" ").map((event_type, index) => ({ ...plainEntry, id: `e-${index}`, event_type }));
  expect(wanted(all, { calls: true })).toEqual(["e-0", "e-1", "e-2", "e-3"]);
  expect(wanted(all, { calls: false })).toHaveLength(8);
  expect(wanted(all, { calls: true, match: { event_type: ["call_started", "video_*"] } })).toEqual(["e-1"]);
  await withTable(all, async (table) =>
    expect(await narrowed(table, [{ calls: true }])).toEqual([["e-0", "e-1", "e-2", "e-3"]]),
  );
});

test.each<[EntryFilter, string]>([
  [{ calls: true, system: true }, "give calls or system, not both"],
  [{ calls: "yes" as never }, "calls must be true or false"],
  [{ match: { usr_id: "ada" } }, 'An entry has no member "usr_id"'],
  [{ match: { user: "ada" } }, "Did you mean user_id"],
  [{ match: { ticket: "T-1" } }, "metadata.ticket"],
  [{ match: { "metadata..x": 1 } }, "names no member"],
  [{ match: { "": 1 } }, "names no member"],
  [{ match: { cost_usd: { min: 2, max: 1 } } }, "nothing is at least 2 and at most 1"],
  [{ match: { cost_usd: {} } }, "{ min, max } or { not }"],
  [{ match: { cost_usd: "cheap" } }, "a number is expected"],
  [{ match: { cost_usd: Number.NaN } }, "a number is expected"],
  [{ match: { stream: "yes" } }, "true or false is expected"],
  [{ match: { timestamp: "tuesday" } }, "a Date is expected"],
  [{ match: { user_id: { min: 1 } } }, "only of numbers and times"],
  [{ match: { user_id: [] } }, "nothing is in an empty list"],
  [{ match: { user_id: { like: "a" } } as never }, "{ min, max } or { not }"],
  [{ since: new Date("2026-11-02"), until: new Date("2026-11-01") }, "Nothing can match: since"],
  [{ since: new Date("never") }, "since must be a Date"],
  [{ user_id: "ada" } as EntryFilter, 'A filter has no "user_id"'],
])("%j is refused in words", (filter, words) => {
  const refused = (): unknown => {
    try {
      return checkFilter(filter);
    } catch (error) {
      return error;
    }
  };
  expect(refused()).toBeInstanceOf(AuditError);
  expect(refused()).toMatchObject({ code: "INVALID_OPTIONS", message: expect.stringContaining(words) });
});
