import { postgresSink } from "@openrouter-audit/sink-postgres";
import { describeSink, type Wire } from "@openrouter-audit/testing/sink";
import { Pool, type PoolClient } from "pg";
import { World } from "./support/world.ts";

let world: World;
let pool: Pool;
beforeAll(async () => {
  world = await World.start();
  pool = new Pool({ connectionString: world.writer, max: 2 });
  pool.on("error", () => undefined);
});
afterAll(async () => {
  await pool.end();
  await world.stop();
});

const readBack = ({ log }: { readonly log: string }) => world.lines(log);

// By a connection string it is asked on PostgreSQL 15: test/interoperability/postgres-15.test.ts.
describeSink("postgres, by a pool", {
  open: (wire) => postgresSink({ pool: { connect: async () => wired(await pool.connect(), wire) } as never }),
  readBack,
  faults: true,
});

/** A connection whose statements go through the wire. */
function wired(client: PoolClient, wire: Wire): PoolClient {
  return new Proxy(client, {
    get(target, property) {
      if (property === "query") return (...given: [string, unknown[]]) => wire(() => target.query(...given));
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
