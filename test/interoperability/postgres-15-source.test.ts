import { proveEntry, publicKeyOf, verifyJournal } from "@openrouter-audit/core";
import { readPostgres } from "@openrouter-audit/sink-postgres";
import { secret } from "../../packages/core/test/support/journals.ts";
import { fill } from "../../packages/sink-postgres/test/support/filled-table.ts";
import { logAt } from "../../packages/sink-postgres/test/support/sealed-days.ts";
import { World } from "../../packages/sink-postgres/test/support/world.ts";
import { debianPrograms } from "../support/postgres-server.ts";
import { testWith } from "./tools.ts";

const programs = debianPrograms(15);
const testOnIt = testWith(programs ? null : "postgresql-15");
let world: World;
beforeAll(async () => {
  if (programs) world = await World.start(programs);
}, 60_000);
afterAll(() => world?.stop());

testOnIt("what PostgreSQL 15 has is found, verified and proven", async () => {
  const days = logAt([
    ["2026-11-23T23:59:59.000Z", 200],
    ["2026-11-24T00:00:00.000Z", 2],
    ["2026-11-23T23:59:59.900Z", 2],
    ["2026-11-24T00:00:01.000Z", 2],
  ]);
  await fill(world, days);
  const table = readPostgres({ connectionString: world.server.url({ user: "auditor" }) });
  const key = publicKeyOf(secret);
  const found: number[] = [];
  for await (const { seq } of table.read({
    userId: "u-1",
    model: "openai/*",
    newest: 3,
    onGap: () => undefined,
  }))
    found.push(seq);
  expect(found).toEqual([199, 202, 205]);
  const { result, entries } = await verifyJournal(table, { key });
  expect([result, entries]).toEqual(["intact", [...days.values()].flat().length]);
  const { id } = JSON.parse(days.get("2026-11-24")![0]!);
  expect(await proveEntry(table, { id }, { key })).toMatchObject({ proven: true });
  await table.close!();
});
