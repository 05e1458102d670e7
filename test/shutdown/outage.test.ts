import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../support/journal.ts";
import { Child } from "./child.ts";

/** How a process ends during an outage, what its parent sees, and what the page calls it. */
const ways: [how: string, ended: object, row: string][] = [
  ["SIGTERM", { code: null, signal: "SIGTERM" }, "a signal, with `closeOnSignals()`, during an outage"],
  ["natural end", { code: 0, signal: null }, "natural end, during an outage"],
];

test.each(ways)(
  '%s during an outage, with "continue": how many entries go with the process is said',
  async (how, ended) => {
    const child = new Child("outage.mjs", { how, calls: 5, directory: temporaryDirectory() });
    expect(await child.ended).toEqual(ended);
    expect(child.all("answered")).toHaveLength(5);
    expect(child.all("error").join("\n")).toMatch(
      /JOURNAL_UNWRITABLE.*Cannot write the end of the log.* 5 entries kept in memory until now: not in the journal\.\n/,
    );
  },
);

test("what had no room in memory is counted apart", async () => {
  const audit = { buffer: { entries: 2 } };
  const child = new Child("outage.mjs", { how: "SIGTERM", calls: 5, directory: temporaryDirectory(), audit });
  await child.ended;
  const said = child.all("error").join("\n");
  const [, kept, lost] = / (\d) entr.* kept in memory .* (\d) without room there: in no audit\.gap\./.exec(
    said,
  )!;
  expect(Number(kept) + Number(lost)).toBe(5);
});

test("the page has a row for each", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/guarantees.md", import.meta.url)), "utf8");
  for (const [, , row] of ways) expect(page).toContain(`\n| ${row} | not closed |`);
});
