import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type AuditEntry, readJournal } from "../src/index.ts";
import { codeOf, linesIn, newDirectory, writeLines, writeLog } from "./support/journals.ts";

async function read(directory: string, options = {}): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of readJournal(directory, options)) entries.push(entry);
  return entries;
}

/** A journal whose application's entry has been changed, and its seal left as it was. */
async function journalWith(change: (line: string) => string): Promise<string> {
  const directory = newDirectory();
  await writeLog(directory, 1);
  writeLines(
    directory,
    linesIn(directory).map((line) => (line.includes("test.event") ? change(line) : line)),
  );
  return directory;
}

test("an entry of a version that knew fewer members reads as if they were null", async () => {
  const directory = await journalWith((line) =>
    line
      .replace('"model":null,', "")
      .replace(/"metadata":\{.*?\},/, "")
      .replace('"attempt":null,', ""),
  );
  const [entry] = await read(directory);
  expect(entry).toMatchObject({ model: null, attempt: null, metadata: {} });
  expect(Object.keys(entry!).slice(0, 2)).toEqual(["attribution", "cache_source_id"]);
  expect(await read(directory, { model: "openai/*" })).toEqual([]);
});

test("an entry that is whole is read as it stands there", async () => {
  const directory = await journalWith((line) => line);
  const [line] = linesIn(directory).filter((each) => each.includes("test.event"));
  expect(JSON.stringify((await read(directory))[0])).toBe(JSON.stringify(JSON.parse(line!)));
});

test("a member of another type matches no filter", async () => {
  const directory = await journalWith((line) => line.replace('"model":null', '"model":["a"]'));
  expect(await read(directory)).toHaveLength(1);
  expect(await read(directory, { model: "a*" })).toEqual([]);
});

test.each<[object, RegExp]>([
  [
    { userid: "ada" },
    /^A filter has no "userid"\. Did you mean "userId"\? It has: userId, model, .*, onGap\.$/,
  ],
  [{ user: "ada" }, /Did you mean "userId"\?/],
  [{ match: { user_id: "ada" } }, /^A filter has no "match"\. It has: userId/],
  [{ since: "2026-11-26" }, /^since of a filter must be a Date that is a time/],
  [{ until: new Date("yesterday") }, /^until of a filter must be a Date/],
  [{ userId: null }, /^userId of a filter must be the id of a user/],
  [{ status: "failed" }, /^status of a filter must be one of success, error, aborted, unknown\.$/],
  [{ eventType: /x/ }, /^eventType of a filter must be a text/],
  [{ system: "yes" }, /^system of a filter must be true or false/],
])("the filter %j is refused, and does not stand for all entries", async (filter, message) => {
  const directory = await journalWith((line) => line);
  const refused = { code: "INVALID_OPTIONS", message: expect.stringMatching(message) };
  await expect(read(directory, filter)).rejects.toMatchObject(refused);
});

test("what a filter leaves undefined is not asked for", async () => {
  const directory = await journalWith((line) => line);
  expect(await read(directory, { userId: undefined, since: undefined })).toHaveLength(1);
});

test("what cannot be read is told as such", async () => {
  expect(await codeOf(() => read(join(newDirectory(), "missing")))).toBe("JOURNAL_UNREADABLE");
});

test("a directory that is named like a journal file is none", async () => {
  const directory = newDirectory();
  mkdirSync(join(directory, "audit_2026-11-24.jsonl"));
  expect(await read(directory)).toEqual([]);
});
