import { readFileSync } from "node:fs";
import { journalOf } from "../../../test/support/counted-journal.ts";
import { report } from "../src/index.ts";

const page = readFileSync("docs/reports.md", "utf8");
const block = (language: string) => page.split(`\`\`\`${language}\n`)[1]!.split("```")[0]!;

test("the example of the page is what a report says of its lines", async () => {
  const lines = block("jsonl").trimEnd().split("\n");
  const made = await report(journalOf(lines.map((line) => JSON.parse(line))), {
    period: { since: new Date("2026-11-24T00:00:00.000Z"), until: new Date("2026-11-25T00:00:00.000Z") },
  });
  const said = JSON.parse(block("json")) as object;
  expect(made).toEqual({ ...made, ...said });
  const callsBy = (rows: readonly { key: string | null; calls: number }[]) =>
    rows.map(({ key, calls }) => [key, calls]);
  expect(callsBy(made.by_user.rows)).toEqual([
    ["ada", 4],
    ["bob", 2],
  ]);
  expect(callsBy(made.by_model.rows)).toEqual([
    ["openai/gpt-5", 3],
    [null, 2],
    ["anthropic/claude", 1],
  ]);
  expect(made.completeness.repeated_entries).toBe(1);
});
