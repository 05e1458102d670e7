import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vectors } from "../../packages/core/test/support/vectors.ts";
import { journalFiles } from "./journals.ts";
import { judgesOfDays } from "./judges.ts";
import { testWith } from "./tools.ts";

// Of the files of some days, the scripts say what verifyJournal finds, with what was seen elsewhere and without it.

const directory = join(vectors, "excerpts");

interface Excerpt {
  readonly vector: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly later: Readonly<Record<string, number>>;
  readonly result: string;
}

const { public_key, last, cases }: { public_key: string; last: string; cases: Excerpt[] } = JSON.parse(
  readFileSync(join(directory, "expected.json"), "utf8"),
);

const filesOf = ({ vector }: Excerpt) => journalFiles(join(directory, vector));
const daysOf = ({ since }: Excerpt) => [...(since ? ["--since", since] : []), "--until", last];
const shownOf = ({ later }: Excerpt) =>
  Object.entries(later).flatMap(([log, seq]) => ["--later", `${log}=${seq}`]);
const excerptOf = (name: string) => cases.find(({ vector }) => vector === name)!;
const wordsOf = (said: readonly string[]) => said.map((line) => line.replace(/: \S+\//, ": "));

describe.each(judgesOfDays)("$name", ({ missing, ofDays }) => {
  testWith(missing).each(cases)("finds $vector $result", async (excerpt) => {
    const said = await ofDays([...daysOf(excerpt), ...shownOf(excerpt)], filesOf(excerpt), public_key);
    expect(said.at(-1)).toMatch(/^(intact|not intact: .*)$/);
    // Nothing shows that such a log went on, or, without later files, that any began then.
    const open = excerpt.until === null ? /^(goes on|not of these days): / : /^goes on: /;
    const isIntact = said.at(-1) === "intact" && !said.some((line) => open.test(line));
    expect(isIntact).toBe(excerpt.result === "intact");
  });

  testWith(missing)("names what is to be seen elsewhere, and needs to be told of no other log", async () => {
    const behind = excerptOf("clock-behind");
    const [long, running, midnight] = shownOf(behind).filter((word) => word !== "--later");
    const told = ["--later", midnight!];
    const said = await ofDays([...daysOf(behind), ...told], filesOf(behind), public_key);
    const nameOf = (shown: string) => shown.slice(shown.lastIndexOf("/") + 1, shown.lastIndexOf("="));
    expect(said).toHaveLength(4);
    expect(wordsOf(said)).toEqual(
      expect.arrayContaining([
        `goes on: ${nameOf(long!)} 5 of 7`,
        `goes on: ${nameOf(running!)} 2`,
        expect.stringMatching(/^not of these days: \S+ 3$/),
      ]),
    );
    expect(said.at(-1)).toBe("intact");
  });

  testWith(missing)(
    "finds without being told that a log of these days is gone which another one knew",
    async () => {
      for (const name of ["log-removed", "log-removed-last-day", "log-removed-going-on"]) {
        const removed = excerptOf(name);
        const [said] = await ofDays(daysOf(removed), filesOf(removed), public_key);
        expect(said).toMatch(/^not intact: .*: it is not here, and a later log knew it$/);
      }
    },
  );

  testWith(missing)("takes --later in its form alone, and with --until", async () => {
    const behind = excerptOf("clock-behind");
    const [, shown] = shownOf(behind);
    for (const days of [
      ["--later", shown!],
      [...daysOf(behind), "--later", "a log"],
      ["--until", last, "--later"],
    ])
      expect((await ofDays(days, filesOf(behind), public_key)).join("\n")).toContain("<root vkey> <file>");
  });
});
