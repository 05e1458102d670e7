import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { publicKeyOf, readJournal, verifyJournal } from "@openrouter-audit/core";
import { lineOf } from "../../../test/support/unsealed-line.ts";
import { lakeSource, query, report, sql, writeLake } from "../src/index.ts";
import { newDirectory, plainEntry } from "./support/written-journal.ts";

const line = (seq: number) => lineOf({ ...plainEntry, id: `id-${seq}`, seq });

async function countsOf(entries: (onSkipped: () => void) => AsyncIterable<{ readonly id: string }>) {
  const found: string[] = [];
  let skipped = 0;
  for await (const { id } of entries(() => (skipped += 1))) found.push(id);
  return { found: found.sort(), skipped };
}

async function asked(place: string) {
  const answer = await sql(place, "select id, line from lines where id is not null order by id");
  const rows = [];
  for await (const row of answer.rows) rows.push(row);
  const { totals, completeness } = await report(place, { verify: false });
  return {
    ...(await countsOf((onSkipped) => query(place, {}, { onSkipped }))),
    rows,
    calls: totals.calls,
    unreadable: completeness.unreadable_lines,
  };
}

test("white space around a line is none of it, and a line of nothing else is none, whoever reads", async () => {
  const ends = ["\r", "  ", "\t", "\f", "\v", " \r"];
  const lines = ends.flatMap((space, index) => [line(index) + space, `${space}${line(index + 10)}`, space]);
  const text = [...lines, `\u00a0${line(30)}`, line(31)].join("\n");
  const sealed = [...ends.keys()].flatMap((index) => [index, index + 10]).concat(31);
  const ids = sealed.map((seq) => `id-${seq}`).sort();
  const [journal, lake] = [newDirectory(), join(newDirectory(), "lake")];
  writeFileSync(join(journal, "audit_2026-11-02.jsonl.gz"), gzipSync(`${text}\n`));
  await writeLake(journal, lake);
  const expected = { found: ids, skipped: 1 };
  expect(await countsOf((onSkipped) => readJournal(journal, { onSkipped }))).toEqual(expected);
  expect(await countsOf((onSkipped) => lakeSource(lake).read({ onSkipped }))).toEqual(expected);
  const answered = await asked(journal);
  expect(answered).toMatchObject({
    found: expect.arrayContaining(ids),
    skipped: 1,
    calls: 13,
    unreadable: 1,
  });
  expect(answered.rows).toEqual(sealed.map((seq) => [`id-${seq}`, line(seq)]).sort());
  expect(await asked(lake)).toEqual(answered);
});

test("the verification sees it, in the lake as in the journal", async () => {
  const [journal, lake] = [newDirectory(), join(newDirectory(), "lake")];
  writeFileSync(join(journal, "audit_2026-11-02.jsonl"), `${line(0)}\r\n\r\n`);
  await writeLake(journal, lake);
  const key = publicKeyOf("a secret that is long enough for a test of it");
  const verdicts = async (place: Parameters<typeof verifyJournal>[0]) =>
    (await verifyJournal(place, { key })).problems.map(({ verdict }) => verdict);
  expect(await verdicts(journal)).toEqual(["FOREIGN_LINE", "FOREIGN_LINE"]);
  expect(await verdicts(lakeSource(lake))).toEqual(["FOREIGN_LINE", "FOREIGN_LINE"]);
});
