import { readFileSync, writeFileSync } from "node:fs";
import { openWorld } from "../support/audited-world.ts";
import { operations } from "../support/clients/operations.ts";
import { clientsFor, runScenario } from "../support/scenario.ts";
import { type Form, rows } from "./rows.ts";
import { hasShape, seen, shapedClients, shapes } from "./shapes.ts";
import { type Held, pageWith } from "./vanishing-page.ts";

const forms: readonly Form[] = ["chat", "response", "message"];
const held: Held[] = [];

// That no promise is left to reject unseen is jest's to see: its runner fails the test. To the `process` of a test no
// `unhandledRejection` is ever told.

describe.each(forms)("%s", (form) => {
  describe.each(rows)("$title", (row) => {
    // Those too that hold on to what is left.
    const use = typeof row.use === "object" ? "stream" : row.use;
    test.each(clientsFor({ operation: form, use }))("is recorded through $name", async (client) => {
      const scenario = { operation: form, use: row.use, behaviours: row.behaviours(client, form) };
      const { entries, requests } = await runScenario(client, scenario);
      const expected = row.entries(client, form).slice(0, requests.length);
      expect(entries).toHaveLength(expected.length);
      for (const [index, entry] of entries.entries())
        expect(entry).toMatchObject({
          event_type: operations[form].eventType,
          attempt: index + 1,
          call_id: entries[0].call_id,
          prompt_hash: expect.stringMatching(/^hmac-sha256:/),
          ...expected[index],
        });
      held.push({ form, title: row.title, client: client.name });
    });
  });

  test.each(clientsFor({ operation: form, use: "stream" }))(
    "a stream that is never read is recorded through $name",
    async (client) => {
      const { fake, audit, entries } = await openWorld();
      fake.next({ chunkDelayMs: 2, stall: { afterChunks: 4 } });
      const { body } = operations[form];
      const call = { fetch: audit.fetch, origin: fake.origin, body, signal: new AbortController().signal };
      const stream = await client.stream[form]!(call);
      await audit.close();
      // The AI SDK calls when it is read: then there may be nothing to record.
      if (!client.holdsOn) expect(fake.requests).toHaveLength(1);
      expect(entries()).toHaveLength(fake.requests.length);
      for (const entry of entries())
        expect(entry).toMatchObject({ status: "unknown", error_type: "unfinished_at_close" });
      expect(stream).toBeDefined();
      held.push({ form, title: "a stream that is never read", client: client.name });
    },
  );

  describe.each(shapes)("$title", (shape) => {
    const names = shapedClients(fetch, "").filter((client) => hasShape(shape, client, form));
    test.each(names)("is there, and recorded, through $name", async ({ name }) => {
      const world = await openWorld();
      const open = (via: typeof fetch) =>
        shapedClients(via, world.fake.origin).find((client) => client.name === name)!;
      const plain = await seen(shape, open(fetch), form);
      expect(await seen(shape, open(world.audit.fetch), form)).toEqual(plain);
      expect(world.entries()).toEqual([
        expect.objectContaining({ event_type: operations[form].eventType, status: "success" }),
      ]);
      held.push({ form, title: shape.title, client: name });
    });
  });
});

test("the page says what was seen to hold", () => {
  const path = "docs/nothing-vanishes.md";
  const page = readFileSync(path, "utf8");
  const due = pageWith(page, held);
  if (process.env.UPDATE_PAGES) writeFileSync(path, due);
  else expect(page).toBe(due);
});
