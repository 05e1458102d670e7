import { readJournal } from "../src/index.ts";
import { redirectJournal, redirectToFullPipe } from "./support/journal-descriptor.ts";
import { entriesIn, newDirectory } from "./support/journals.ts";
import { draftOf, openJournal, outcomesOf, verification } from "./support/open-journal.ts";

// More than one commit has, so that the next is sealed while one is written.
const many = () => Array.from({ length: 2500 }, (_, number) => draftOf(`${number}`));

async function idsIn(directory: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of readJournal(directory)) ids.push(id);
  return ids;
}

test("of many entries at once, each stands in the order in which they came, and many share a signature", async () => {
  const directory = newDirectory();
  const { journal } = openJournal(directory);
  const drafts = many();
  const sealed = await Promise.all(drafts.map((each) => journal.append(each)));
  await journal.close("done");
  expect(await idsIn(directory)).toEqual(drafts.map(({ id }) => id));
  const bySeq = new Map(entriesIn(directory).map((entry) => [entry.seq, entry]));
  for (const { draft, place, chain_hash, signature } of sealed)
    expect(bySeq.get(place.seq)).toMatchObject({ id: draft.id, ...place, chain_hash, signature });
  expect(entriesIn(directory).filter(({ signature }) => signature !== "").length).toBeLessThan(100);
  expect((await verification(directory)).problems).toEqual([]);
});

const failures: [string, (directory: string) => void][] = [
  ["is refused", (directory) => redirectJournal(directory, "/dev/full")],
  ["is cut short", (directory) => redirectToFullPipe(directory, 4096)],
];

test.each(failures)(
  "when a write %s while the next commit is sealed, both stand in the new log, in order and once",
  async (_how, fail) => {
    const directory = newDirectory();
    const { journal, told } = openJournal(directory);
    const before = await journal.append(draftOf("before"));
    fail(directory);
    const drafts = many();
    expect(new Set(await outcomesOf(drafts.map((each) => journal.append(each))))).toEqual(
      new Set(["recorded"]),
    );
    await journal.close("done");
    expect(told).toEqual(["COMMIT_RETRIED"]);
    expect(await idsIn(directory)).toEqual([before.draft.id, ...drafts.map(({ id }) => id)]);
    const { problems } = await verification(directory);
    expect(problems.map(({ verdict }) => verdict)).toEqual(["UNCLOSED"]);
  },
);

test("callers who come again and again while others are written lose nothing and skip no place", async () => {
  const directory = newDirectory();
  const { journal } = openJournal(directory);
  const seqs: number[] = [];
  const caller = async () => {
    for (let times = 0; times < 20; times += 1) seqs.push((await journal.append(draftOf("again"))).place.seq);
  };
  await Promise.all(Array.from({ length: 100 }, caller));
  await journal.close("done");
  expect(new Set(seqs).size).toBe(2000);
  expect((await verification(directory)).problems).toEqual([]);
});

test("what was lost is written before entries that come while it is owed, and the end after all of them", async () => {
  const directory = newDirectory();
  const { journal } = openJournal(directory, { buffer: { entries: 500, bytes: 64 << 20 } });
  const outcomes = await outcomesOf(many().map((each) => journal.append(each, { untold: true })));
  const recorded = outcomes.filter((outcome) => outcome === "recorded").length;
  await journal.close("done");
  const entries = entriesIn(directory);
  const gaps = entries.filter(({ event_type }) => event_type === "audit.gap");
  expect(recorded + gaps.reduce((sum, { detail }) => sum + detail.count, 0)).toBe(2500);
  expect(entries.at(-1).event_type).toBe("audit.closed");
});
