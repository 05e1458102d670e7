import { listDays, migrate } from "@openrouter-audit/sink-postgres";
import { Client } from "pg";
import { PostgresServer } from "../../../test/support/postgres-server.ts";

let server: PostgresServer;
let owner: Client;
beforeAll(async () => {
  server = await PostgresServer.start();
  owner = new Client({ connectionString: server.url() });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await server.stop();
});

test("makes the table, and changes nothing when it is run again", async () => {
  await expect(migrate(owner)).resolves.toEqual({ table: "openrouter_audit.entries", version: 1 });
  await migrate(owner);
  expect(await listDays(owner)).toEqual([]);
});
