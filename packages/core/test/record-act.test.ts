import { buildPackage } from "../../../test/support/build-package.ts";
import { type AuditAct, type AuditEntry, placeInWords, readJournal, verifyJournal } from "../src/index.ts";
import { codeOf, entriesIn, newDirectory, openLog } from "./support/journals.ts";
import { Writer } from "./support/processes.ts";

import.meta.jest.setTimeout(60_000);
const inAnHour = () => ({ now: new Date(Date.now() + 3_600_000) });
const reading: AuditAct = { act: "read", doing: "query", source: "/srv/audit", parameters: { limit: 5 } };
const readingsIn = (directory: string) =>
  (entriesIn(directory) as AuditEntry[]).filter(({ event_type }) => event_type === "audit.read");

test("a reading stands in the log before it is done, and again when it is over", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  const request = () => ({
    id: "r1",
    ip: "127.0.0.1",
    method: "GET",
    route: "/admin",
    trace_id: null,
    user_agent: null,
  });
  await log.run({ userId: "auditor", tenantId: "acme", request, metadata: { page: "calls" } }, async () => {
    const act = await log.recordAct(reading);
    expect(readingsIn(directory).map(({ detail }) => detail?.act_id)).toEqual([act.id]);
    await act.ended({ outcome: "complete", rows: 3 });
    await act.ended({ outcome: "failed" });
  });
  await log.close();
  const [begun, ended, ...others] = readingsIn(directory);
  expect(others).toEqual([]);
  const who = {
    user_id: "auditor",
    attribution: { how: "authenticated", source: "context" },
    tenant_id: "acme",
    request: request(),
    metadata: { page: "calls" },
  };
  const said = {
    doing: "query",
    source: "/srv/audit",
    parameters: { limit: 5 },
    act_id: begun!.detail!.act_id,
  };
  expect(begun).toMatchObject({ ...who, status: "success", detail: { ...said, state: "begun" } });
  expect(ended).toMatchObject({
    ...who,
    timestamp: begun!.timestamp,
    status: "success",
    total_tokens: 0,
    cost_usd: null,
    detail: { ...said, state: "ended", outcome: "complete", rows: 3, duration_ms: expect.any(Number) },
  });
  expect(ended!.id).not.toBe(begun!.id);
  expect((await verifyJournal(directory, inAnHour())).result).toBe("intact");
});

test("readers leave readings out unless asked, and record() goes on refusing to write them", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  await (await log.recordAct(reading)).ended({ outcome: "stopped" });
  expect(await codeOf(() => log.record({ event_type: "audit.read" }))).toBe("INVALID_ENTRY");
  await log.close();
  const found = async (system: boolean) => {
    let count = 0;
    for await (const { event_type } of readJournal(directory, { system }))
      if (event_type === "audit.read") count += 1;
    return count;
  };
  expect([await found(false), await found(true)]).toEqual([0, 2]);
  expect(readingsIn(directory).map(({ status }) => status)).toEqual(["success", "aborted"]);
});

test("what was asked is bounded and its secrets are masked before it is sealed", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  const secret = "sk-or-v1-0123456789abcdef0123456789abcdef";
  const act = await log.recordAct({
    ...reading,
    source: "postgres://auditor:hunter2hunter2@db.example:5433/audit?password=hunter2hunter2",
    parameters: {
      statement: `select '${secret}'`,
      long: "x".repeat(5000),
      password: "hunter2hunter2",
      bad: () => 1,
    },
  });
  await act.ended({ outcome: "failed", error: Object.assign(new Error(`No ${secret}`), { code: "42601" }) });
  await log.close();
  const text = JSON.stringify(readingsIn(directory));
  expect(text).not.toMatch(/hunter2|0123456789abcdef/);
  const [begun, ended] = readingsIn(directory);
  expect(begun!.detail).toMatchObject({
    source: "postgres://auditor@db.example:5433/audit",
    parameters: {
      statement: "select '[redacted]'",
      password: "[redacted]",
      long: expect.stringMatching(/truncated]$/),
    },
  });
  expect(ended).toMatchObject({ status: "error", error_type: "42601", error_message: "No [redacted]" });
});

test.each([
  [{ act: "wrote" }],
  [{ doing: "Query" }],
  [{ doing: "a b" }],
  [{ doing: "x".repeat(33) }],
  [{ doing: undefined }],
])("what is no act is refused: %j", async (wrong) => {
  const { log } = openLog(newDirectory());
  expect(await codeOf(() => log.recordAct({ ...reading, ...wrong } as AuditAct))).toBe("INVALID_ENTRY");
  await log.close();
});

test.each([
  ["./audit_logs", "./audit_logs"],
  ["C:\\audit", "C:\\audit"],
  ["POSTGRES://Ada@Host/db", "postgres://Ada@Host/db"],
  ["postgres://ada:p%40w@h/db?sslkey=/k#x", "postgres://ada@h/db"],
  ["postgres://:pw@h", "postgres://h"],
  ["postgres://u:p@h1:1,h2:2/db", "postgres://…"],
  ["postgres://u:p@[::1", "postgres://…"],
])("of the place %s is left %s", (place, left) => {
  expect(placeInWords(place)).toBe(left);
});

describe("when the log cannot be written", () => {
  test("the reading is refused, also where calls would go on without an entry", async () => {
    const directory = newDirectory();
    const { log } = openLog(directory, { onFailure: "continue" });
    await log.close();
    expect(await codeOf(() => log.recordAct(reading))).toBe("LOG_CLOSED");
    expect(readingsIn(directory)).toEqual([]);
  });

  test("the reading is refused while the disk has no room for anything new", async () => {
    const directory = newDirectory();
    const { log } = openLog(directory, { disk: { stopBytes: 2 ** 50 } });
    while (!log.health().refusing) await new Promise(setImmediate);
    expect(await codeOf(() => log.recordAct(reading))).toBe("JOURNAL_UNWRITABLE");
    await log.close();
    expect(readingsIn(directory)).toEqual([]);
  });
});

test("of a reader that is killed midway the first entry is there, and the log only lacks its end", async () => {
  buildPackage("core");
  const directory = newDirectory();
  const reader = new Writer(directory, "read");
  await reader.hasRecorded(1);
  await reader.kill();
  const [begun, ...others] = readingsIn(directory);
  expect(others).toEqual([]);
  expect(begun!.detail).toMatchObject({ act_id: reader.recorded[0], state: "begun" });
  const { result, problems } = await verifyJournal(directory, inAnHour());
  expect(result).toBe("incomplete");
  expect(problems.map(({ verdict }) => verdict)).toEqual(["UNCLOSED"]);
});

test("a log without a disk of its own has readings too", async () => {
  const lines: string[] = [];
  const sink = { name: "memory", write: async (batch: readonly string[]) => void lines.push(...batch) };
  const given = { journal: false, guarantee: "best_effort", sinks: [sink as never] } as const;
  const { log } = openLog(newDirectory(), given);
  await (await log.recordAct(reading)).ended({ outcome: "complete" });
  await log.close();
  expect(JSON.stringify(lines)).toContain("audit.read");
});
