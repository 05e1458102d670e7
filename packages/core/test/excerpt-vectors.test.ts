import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyJournal } from "../src/index.ts";
import { vectors } from "./support/vectors.ts";

const directory = join(vectors, "excerpts");

interface Excerpt {
  readonly vector: string;
  readonly description: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly later: Readonly<Record<string, number>>;
  readonly result: string;
  readonly problems: readonly object[];
}

const expected: { public_key: string; now: string; cases: Excerpt[] } = JSON.parse(
  readFileSync(join(directory, "expected.json"), "utf8"),
);

test("every directory of the excerpts has an expectation", () => {
  const directories = readdirSync(directory).filter((name) => name !== "expected.json");
  expect(expected.cases.map(({ vector }) => vector).sort()).toEqual(directories.sort());
});

test.each(expected.cases)("$vector is $result: $description", async (excerpt) => {
  const { vector, since, until, later } = excerpt;
  const { result, problems } = await verifyJournal(join(directory, vector), {
    key: expected.public_key,
    now: new Date(expected.now),
    excerpt: { later: new Map(Object.entries(later)) },
    ...(since && { since: new Date(since) }),
    // The day itself is meant, too.
    ...(until && { until: new Date(Date.parse(until) + 86_400_000) }),
  });
  const found = problems.map(({ verdict, log, seq }) => ({ verdict, log, seq }));
  expect({ result, problems: found }).toEqual({ result: excerpt.result, problems: excerpt.problems });
});
