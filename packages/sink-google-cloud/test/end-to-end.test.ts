import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, type AuditProblem, verifyJournal } from "@openrouter-audit/core";
import { googleCloudSink, linesOf } from "../src/index.ts";
import { withFake } from "./support/with-fake.ts";

const world = withFake();
const home = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
afterAll(() => rmSync(home, { recursive: true }));

/** Every line of a journal, as it stands there. */
function linesIn(directory: string): string[] {
  const files = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
  return files.sort().flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n").slice(0, -1));
}

/** The day of a line, which names its file. */
const dayOf = (line: string) => (JSON.parse(line) as { recorded_at: string }).recorded_at.slice(0, 10);

test("Google throttles, goes away and comes back: everything is there, once, in order, and read back it verifies", async () => {
  const directory = join(home, "journal");
  const problems: AuditProblem[] = [];
  let onProblem: (problem: AuditProblem) => void = () => {};
  const audit = new AuditLog({
    directory,
    secret: "a secret that only this test knows, long enough",
    sinks: [googleCloudSink({ client: world.client })],
    onProblem: (problem) => {
      problems.push(problem);
      onProblem(problem);
    },
  });
  const recovered = () => new Promise((resolve) => audit.on("recovered", resolve));
  const record = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        audit.record({ event_type: "answer.approved", user_id: "ada", metadata: { index: index / 3 } }),
      ),
    );
  await record(5);
  await audit.flush();
  const before = world.fake.writes.length;

  const quota = { code: "RESOURCE_EXHAUSTED", message: "Quota exceeded for 'Write requests'." } as const;
  world.fake.script = (request) => (request < before + 2 ? quota : undefined);
  const healed = recovered();
  await record(5);
  await healed;
  expect(problems.map(({ code }) => code)).toEqual(["SINK_FAILING", "SINK_RECOVERED"]);
  expect(problems[0]!.message).toMatch(/RESOURCE_EXHAUSTED: Quota exceeded.*more quota/);

  await world.fake.goAway();
  const away = new Promise<AuditProblem>((resolve) => {
    onProblem = resolve;
  });
  await record(5);
  expect(await away).toMatchObject({ code: "SINK_FAILING", message: expect.stringMatching(/UNAVAILABLE/) });
  const back = recovered();
  await world.fake.comeBack();
  await record(5);
  await back;
  await audit.close();

  const entries = await world.read();
  const lines = linesOf(entries);
  expect(lines).toEqual(linesIn(directory));
  expect(entries).toHaveLength(lines.length);
  const copy = mkdtempSync(join(home, "copy-"));
  for (const day of new Set(lines.map(dayOf))) {
    const ofDay = lines.filter((line) => dayOf(line) === day);
    writeFileSync(join(copy, `audit_${day}.jsonl`), ofDay.map((line) => `${line}\n`).join(""));
  }
  const { key } = await verifyJournal(directory);
  expect(await verifyJournal(copy, { key })).toMatchObject({
    result: "intact",
    entries: lines.length,
    problems: [],
  });
});
