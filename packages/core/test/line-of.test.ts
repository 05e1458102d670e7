import fc from "fast-check";
import { draftEntry } from "../src/entry/draft-entry.ts";
import type { JsonObject } from "../src/entry/entry.ts";
import { lineOf } from "../src/index.ts";
import { writtenEntryOf } from "../src/journal/read-journal.ts";
import { LogSealer } from "../src/seal/log-sealer.ts";

const service = { name: "test", version: null, instance: "here/1" };

test("an entry that was read gives back the very line it was read from, whatever it holds", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          metadata: fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()),
          user_id: fc.string({ unit: "binary" }),
          cost_usd: fc.double({ noNaN: true, noDefaultInfinity: true }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      (all) => {
        const drafts = all.map(({ metadata, ...known }) =>
          draftEntry({
            ...known,
            event_type: "test.event",
            timestamp: "2026-11-25T00:00:00.000Z",
            service,
            status: "success",
            attribution: { how: "no_context", source: null },
            metadata: metadata as JsonObject,
          }),
        );
        const { lines } = new LogSealer("test").seal(drafts, new Date());
        const written = lines.toString().split("\n").slice(0, -1);
        for (const line of written) expect(lineOf(writtenEntryOf(Buffer.from(line))!)).toBe(line);
      },
    ),
  );
});

test("members that an earlier version did not write, or a later one adds, are neither added nor lost", () => {
  const seal = `"chain_hash":"${"A".repeat(43)}=","signature":""`;
  const members = `"event_type":"x","id":"1","log":"l","new_member":{"10":1,"9":[true,-0.5]},"seq":0,"timestamp":"t"`;
  const line = `{${members},${seal}}`;
  expect(lineOf(writtenEntryOf(Buffer.from(line))!)).toBe(line);
});
