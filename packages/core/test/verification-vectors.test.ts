import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyJournal } from "../src/index.ts";
import { vectors } from "./support/vectors.ts";

const directory = join(vectors, "verification");

interface Vector {
  readonly vector: string;
  readonly description: string;
  readonly paths: readonly string[] | null;
  readonly known_heads?: string;
  readonly since?: string;
  readonly until?: string;
  readonly min_retention_days?: number;
  readonly result: string;
  readonly problems: readonly object[];
}

const expected: { public_key: string; now: string; cases: Vector[] } = JSON.parse(
  readFileSync(join(directory, "expected.json"), "utf8"),
);
const day = 86_400_000;

test("every directory of the vectors has an expectation", () => {
  const directories = readdirSync(directory).filter((name) => name !== "expected.json");
  expect(expected.cases.map(({ vector }) => vector).sort()).toEqual(directories.sort());
});

test.each(expected.cases)("$vector is $result: $description", async (vector) => {
  const at = join(directory, vector.vector);
  const { known_heads, since, until, min_retention_days } = vector;
  const { result, problems } = await verifyJournal(vector.paths?.map((file) => join(at, file)) ?? at, {
    key: expected.public_key,
    now: new Date(expected.now),
    ...(known_heads && { knownHeads: join(at, known_heads) }),
    ...(since && { since: new Date(since) }),
    // The day itself is meant, too.
    ...(until && { until: new Date(Date.parse(until) + day) }),
    ...(min_retention_days && { minRetentionMs: min_retention_days * day }),
  });
  const found = problems.map((problem) => ({
    verdict: problem.verdict,
    seq: problem.seq,
    file: problem.at?.file.replace(`${at}/`, "") ?? null,
    line: problem.at?.line ?? null,
  }));
  expect({ result, problems: found }).toEqual({ result: vector.result, problems: vector.problems });
});
