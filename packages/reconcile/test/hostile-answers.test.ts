import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { correctionId } from "@openrouter-audit/core";
import { LogSealer, systemEntry } from "@openrouter-audit/core/seal";
import type { ReconcileOptions } from "@openrouter-audit/reconcile";
import type { FakeOpenRouter } from "@openrouter-audit/testing";
import { KeptAccounts, managementKey } from "./kept-accounts.ts";
import { callOf, type Differences, dayMs, firstDay, keepTwoAccounts, type MadeCall } from "./two-accounts.ts";

const calls = 40;
let accounts: KeptAccounts;
let home: string;
let journal: string;
let fake: FakeOpenRouter;
let time: number;
const closing: (() => void)[] = [];
const clock = {
  now: () => time,
  wait: async (ms: number) => {
    time += ms;
  },
};

beforeEach(async () => {
  time = firstDay + dayMs + 7_200_000;
  accounts = await KeptAccounts.begin(clock);
  ({ home, journal, fake } = accounts);
});
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await accounts.end();
});

const keep = (differences: Differences = {}, first = firstDay, days = 1, count = calls) =>
  keepTwoAccounts(journal, fake, { calls: count, days, first, differences });
const compare = (baseURL = fake.url, options: Partial<ReconcileOptions> = {}) =>
  accounts.compare({ openRouter: { managementKey, baseURL }, ...options });

/** Somebody else than OpenRouter. */
async function server(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const http = createServer(answer);
  closing.push(() => {
    http.closeAllConnections();
    http.close();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/v1`;
}

const json = (response: ServerResponse, data: unknown, status = 200) => {
  response.statusCode = status;
  response.end(JSON.stringify(status === 200 ? { data } : { error: { code: status, message: "no" } }));
};

/** The account of one day as OpenRouter keeps it, changed. */
function account(change: {
  row?: (row: Record<string, unknown>) => unknown;
  record?: (record: Record<string, unknown>) => unknown;
}) {
  const made = Array.from({ length: calls }, (_none, index) => callOf(index, calls, 1));
  const groups = new Map<string, MadeCall[]>();
  for (const call of made) {
    const key = `${call.model} ${call.provider}`;
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  const sum = (of: MadeCall[], name: "prompt" | "completion" | "cost") =>
    of.reduce((total, call) => total + call[name], 0);
  const rows = [...groups.values()].map((of) => ({
    date: "2026-10-01",
    model: of[0]!.model,
    model_permaslug: of[0]!.model,
    provider_name: of[0]!.provider,
    requests: of.length,
    prompt_tokens: sum(of, "prompt"),
    completion_tokens: sum(of, "completion"),
    usage: sum(of, "cost"),
  }));
  return server(({ url }, response) => {
    const { pathname, searchParams } = new URL(url!, "http://x");
    if (pathname.endsWith("/activity")) return json(response, rows.map(change.row ?? ((row) => row)));
    const call = made.find(({ id }) => id === searchParams.get("id"));
    if (!call) return json(response, null, 404);
    const record = {
      id: call.id,
      created_at: new Date(call.at).toISOString(),
      model: call.model,
      provider_name: call.provider,
      native_tokens_prompt: call.prompt,
      native_tokens_completion: call.completion,
      total_cost: call.cost,
      cancelled: false,
    };
    return json(response, change.record ? change.record(record) : record);
  });
}

test("another name for a model is no finding, where OpenRouter counts both as one", async () => {
  keep();
  const dated = (name: unknown) => `${name}-2026-08-07`;
  const url = await account({
    row: (row) => ({ ...row, model: dated(row.model), model_permaslug: row.model }),
    record: (record) => ({ ...record, model: dated(record.model), provider_responses: null }),
  });
  expect(await compare(url)).toMatchObject({ result: "agreed", asked: { ids: 0 } });
  expect(await compare(url, { every: true })).toMatchObject({ result: "agreed", asked: { ids: calls } });
});

test("another model, another provider and other tokens are found where each id is asked", async () => {
  keep();
  const [a, b, c] = [3, 9, 20].map((index) => callOf(index, calls, 1));
  const url = await account({
    record: (record) =>
      record.id === a!.id
        ? { ...record, model: "somebody/else" }
        : record.id === b!.id
          ? { ...record, provider_name: "Elsewhere" }
          : record.id === c!.id
            ? { ...record, native_tokens_prompt: c!.prompt + 7 }
            : record,
  });
  expect((await compare(url)).result).toBe("agreed");
  const { findings, corrections } = await compare(url, { every: true });
  const single = findings.filter(({ id }) => id !== null).map(({ kind, id }) => [kind, id]);
  expect(single).toHaveLength(3);
  expect(single).toEqual(
    expect.arrayContaining([
      ["model_differs", a!.id],
      ["model_differs", b!.id],
      ["tokens_differ", c!.id],
    ]),
  );
  expect(corrections.due).toBe(1);
});

test("calls that begin before midnight and are counted behind it agree, at the borders of the period too", async () => {
  // At 23:59:59.990 of the day before the period, of each day in it, and of the last.
  keep({}, firstDay - 10, 2, 4);
  time = firstDay + dayMs + 7_200_000;
  const { findings, unsettled, log } = await compare();
  expect([findings, unsettled, log.calls]).toEqual([[], [], 2]);
  // That of the last evening is in none of the sums that were compared.
  expect(log.counted_on_other_days).toBe(1);
});

test.each<[string, unknown]>([
  ["words for numbers", "12"],
  ["less than nothing", -3],
])("rows with %s are no account: the day is not compared, and nothing is found", async (_what, requests) => {
  keep();
  const url = await account({ row: (row) => ({ ...row, requests }) });
  const { result, findings, unsettled } = await compare(url);
  expect([result, findings, unsettled.map(({ reason }) => reason)]).toEqual(["incomplete", [], ["failed"]]);
});

test.each<[string, object]>([
  ["a cost below nothing", { total_cost: -5 }],
  ["a cost in words", { total_cost: "0.01" }],
  ["another id", { id: "gen-of-others" }],
])("a record with %s is no answer, and no log is corrected by it", async (_what, said) => {
  keep({ aborted: new Set([3]) });
  const url = await account({ record: (record) => ({ ...record, ...said }) });
  const { unsettled, corrections, findings } = await compare(url, { activity: false });
  expect([unsettled.map(({ reason }) => reason), corrections.due, findings]).toEqual([["failed"], 0, []]);
});

test("where nothing answers as OpenRouter does, no call is called unknown", async () => {
  keep({ aborted: new Set([3]) });
  const url = await server((_request, response) => {
    response.writeHead(404, { "content-type": "text/html" });
    response.end("<h1>Not Found</h1>");
  });
  await expect(compare(url)).rejects.toMatchObject({
    code: "CALL_FAILED",
    message: expect.stringContaining("Is that the API of OpenRouter?"),
  });
});

test("a redirect is not followed: the key is for one host", async () => {
  keep();
  let reached = 0;
  const other = await server((_request, response) => {
    reached += 1;
    json(response, []);
  });
  const url = await server((_request, response) => {
    response.writeHead(302, { location: `${other}/activity` });
    response.end();
  });
  await expect(compare(url)).rejects.toMatchObject({ code: "CALL_FAILED" });
  expect(reached).toBe(0);
});

test("an answer without an end is left, and so is a server that gives none, after some questions", async () => {
  keep({ aborted: new Set(Array.from({ length: 20 }, (_none, index) => index)) });
  let asked = 0;
  const url = await server((request, response) => {
    asked += 1;
    if (!request.url!.includes("/activity")) {
      response.writeHead(503);
      return response.end("<html>");
    }
    const piece = Buffer.alloc(1 << 20, 0x20);
    const more = () => {
      while (!response.destroyed) if (!response.write(piece)) return response.once("drain", more);
      return response;
    };
    return more();
  });
  const { result, unsettled } = await compare(url, { concurrency: 1 });
  expect(result).toBe("incomplete");
  expect(unsettled).toHaveLength(21);
  expect(asked).toBe(5 * 8);
}, 60_000);

test("an address with a password in it is refused, for it would be written down", async () => {
  keep();
  const url = fake.url.replace("//", "//me:secret@");
  const refused = compare(url);
  await expect(refused).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  await expect(refused).rejects.not.toThrow("secret");
});

test("a file that is no state of a reconciliation is left as it is", async () => {
  keep();
  const path = join(home, "notes.txt");
  writeFileSync(path, "mine\n");
  for (const resume of [false, true])
    await expect(compare(fake.url, { state: path, resume })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringContaining("left as it is"),
    });
  expect(readFileSync(path, "utf8")).toBe("mine\n");
});

test("what is damaged in a state file is asked again", async () => {
  keep({ aborted: new Set([3, 9]) });
  const state = join(home, "state.jsonl");
  fake.script(({ path }) => (path.endsWith("/generation") ? { error: 503 } : undefined));
  expect((await compare(fake.url, { state })).result).toBe("incomplete");
  fake.script(() => undefined);
  const [, ...ids] = [0, 3, 9].map((index) => callOf(index, calls, 1).id);
  const said = [
    "null",
    "no JSON",
    `{"generation":{"id":"${ids[0]}","created_at":"2026-10-01","slugs":[],"facts":{"cost_usd":"free"}}}`,
    `{"day":"2026-10-01","key":null,"rows":[{"requests":"many"}]}`,
  ];
  appendFileSync(state, `${said.join("\n")}\n`);
  expect(await compare(fake.url, { state, resume: true })).toMatchObject({
    result: "agreed",
    corrections: { due: 2 },
  });
});

test("a correction that somebody wrote beside a cost takes no other's place, and one without form is none", async () => {
  keep({ altered: new Set([20]) });
  const [{ entry = null } = {}] = (await compare()).findings.filter(({ id }) => id !== null);
  const { cost } = callOf(20, calls, 1);
  const facts = { cost_usd: cost, prompt_tokens: null, completion_tokens: null, cancelled: null };
  const of = { entry, generation_id: "gen-x", source: "openrouter", recorded: facts };
  const write = (details: readonly [detail: object | null, id?: string][]) => {
    const service = { name: "shop", version: null, instance: "host/1" };
    const at = new Date(firstDay + dayMs - 1_000);
    const drafts = details.map(([detail, id]) =>
      systemEntry("corrected", service, at, detail as never, id === undefined ? {} : ({ id } as never)),
    );
    appendFileSync(join(journal, "audit_2026-10-01.jsonl"), new LogSealer("shop").seal(drafts, at).lines);
  };
  write([
    [{ ...of, found: facts }],
    [null],
    [{ ...of, found: null }, correctionId(entry!)],
    [{ ...of, found: { ...facts, cost_usd: "free" } }, correctionId(entry!)],
  ]);
  expect(await compare()).toMatchObject({ result: "findings", log: { corrected: 0 } });
  write([[{ ...of, found: facts }, correctionId(entry!)]]);
  // Each id counts once, whoever came first.
  expect((await compare()).result).toBe("findings");
});
