import { renameSync } from "node:fs";
import { readJournal } from "../src/index.ts";
import { redirectJournal, redirectToFullPipe } from "./support/journal-descriptor.ts";
import { entriesIn, newDirectory } from "./support/journals.ts";
import { draftOf, openJournal, outcomesOf, verification } from "./support/open-journal.ts";

const failures: [string, RegExp, (directory: string) => void][] = [
  ["on a full disk", /ENOSPC/, (directory) => redirectJournal(directory, "/dev/full")],
  ["that would have to wait", /EAGAIN/, (directory) => redirectToFullPipe(directory, 0)],
  // What ends the fragment is refused as well.
  ["that is cut short", /EAGAIN/, (directory) => redirectToFullPipe(directory, 4096)],
];

test.each(failures)(
  "a write %s is made again at once in a new log, and nobody notices",
  async (_how, reason, fail) => {
    const directory = newDirectory();
    const { journal, problems } = openJournal(directory);
    const before = await journal.append(draftOf("before"));
    fail(directory);
    const drafts = Array.from({ length: 20 }, (_, number) => draftOf(`${number}`));
    expect(new Set(await outcomesOf(drafts.map((each) => journal.append(each))))).toEqual(
      new Set(["recorded"]),
    );
    const after = await journal.append(draftOf("after"));
    await journal.close("done");

    expect(problems).toEqual([
      expect.objectContaining({ code: "COMMIT_RETRIED", message: expect.stringMatching(reason) }),
    ]);
    expect(after.place.log).not.toBe(before.place.log);
    const ids: string[] = [];
    for await (const { id } of readJournal(directory)) ids.push(id);
    expect(ids).toEqual([before.draft.id, ...drafts.map(({ id }) => id), after.draft.id]);
    const { problems: found } = await verification(directory);
    expect(found.map(({ verdict }) => verdict)).toEqual(["UNCLOSED"]);
    // Not that the process was killed: it lives.
    expect(found[0]!.message).toContain(`the process went on in log ${after.place.log};`);
  },
);

test("a disk that goes on failing is tried less and less often, with one new log each time", async () => {
  const directory = newDirectory();
  const { journal, told } = openJournal(directory);
  await journal.append(draftOf("before"));
  renameSync(directory, `${directory}-away`);
  expect(await outcomesOf([journal.append(draftOf("kept"))])).toEqual(["JOURNAL_UNWRITABLE"]);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    expect(await outcomesOf([journal.flush()])).toEqual(["JOURNAL_UNWRITABLE"]);
  }
  // Told once, though each attempt failed.
  expect(told).toEqual(["JOURNAL_UNWRITABLE"]);
  const { since } = journal.status().failure!;
  expect(await outcomesOf([journal.flush()])).toEqual(["JOURNAL_UNWRITABLE"]);
  expect(journal.status().failure!.since).toBe(since);
  renameSync(`${directory}-away`, directory);
  await journal.flush();
  await journal.close("done");
  expect(entriesIn(directory).filter(({ seq }) => seq === 0)).toHaveLength(2);
  expect(told).toEqual(["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED", "recovered journal"]);
});
