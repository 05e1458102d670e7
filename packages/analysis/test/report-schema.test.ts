import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { journalOf } from "../../../test/support/counted-journal.ts";
import { generatedEntries } from "../../../test/support/generated-entries.ts";
import { temporaryDirectory } from "../../../test/support/journal.ts";
import { report } from "../src/index.ts";
import { version } from "../src/version.ts";

const published = readFileSync("packages/analysis/schema/report.schema.json", "utf8");

test("the published schema is the one made from the type", () => {
  const made = join(temporaryDirectory(), "report.schema.json");
  execFileSync("npm", ["run", "--silent", "schema", "-w", "packages/analysis", "--", "--out", made], {
    stdio: "pipe",
  });
  expect(JSON.parse(published)).toEqual(JSON.parse(readFileSync(made, "utf8")));
}, 60_000);

test("reports satisfy the schema, and none that lacks a member does", async () => {
  const validate = addFormats
    .default(new Ajv({ allErrors: true, strict: false }))
    .compile(JSON.parse(published));
  const journals = [[], ...fc.sample(generatedEntries, { numRuns: 2, seed: 7 })];
  const periods = [
    {},
    { since: new Date("2026-10-29T00:00:00.000Z"), until: new Date("2026-11-03T00:00:00.000Z") },
  ];
  for (const [index, entries] of journals.entries()) {
    const made = await report(journalOf(entries), {
      period: periods[index % 2],
      expect: { zdr: true, models: ["openai/*"] },
      verify: {},
    });
    const written = JSON.parse(JSON.stringify(made));
    expect({ valid: validate(written), errors: validate.errors }).toEqual({ valid: true, errors: null });
    for (const member of Object.keys(written)) {
      const { [member]: _, ...without } = written;
      expect([member, validate(without)]).toEqual([member, false]);
    }
  }
});

test("a report says which version of the package made it", () => {
  expect(version).toBe(JSON.parse(readFileSync("packages/analysis/package.json", "utf8")).version);
});
