import { appendFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { JournalEnd } from "../src/journal/journal-file.ts";
import { newDirectory } from "./support/journals.ts";
import { draftOf, openJournal } from "./support/open-journal.ts";

test("after each commit the journal says how far the file is written, whoever else appended to it", async () => {
  const directory = newDirectory();
  const ends: JournalEnd[] = [];
  const { journal } = openJournal(directory, { committed: (end) => ends.push(end) });
  expect(journal.end).toBeNull();
  const sizes: number[] = [];
  await journal.flush();
  const file = journal.status().file!;
  const look = () => sizes.push(statSync(join(directory, file)).size);
  look();
  await journal.append(draftOf("one"));
  look();
  appendFileSync(join(directory, file), "from somebody else\n");
  await journal.flush();
  expect(ends).toHaveLength(2);
  await journal.append(draftOf("two"));
  look();
  await journal.close("done");
  look();
  expect(ends).toEqual(sizes.map((size) => ({ file, size })));
  expect(journal.end).toEqual(ends.at(-1));
});
