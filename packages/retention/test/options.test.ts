import {
  addHold,
  approveDeletion,
  planRetention,
  releaseHold,
  retain,
  retainEvery,
  verifyLocalArchives,
} from "../src/index.ts";
import { filesIn, newDirectory, oldJournal, root } from "./support/old-journal.ts";

const person = { id: "ada" };
const reason = "Case 17";
const slips: readonly [string, (directory: string) => Promise<unknown>][] = [
  ["retain", (directory) => retain(directory, {}, { root, secondApprover: "false" } as never)],
  ["retain", (directory) => retain(directory, {}, { root, second_approver: true } as never)],
  ["retain", (directory) => retain(directory, undefined as never, { root })],
  ["retainEvery", async (directory) => retainEvery({ directory, root } as never)],
  ["retainEvery", async (directory) => retainEvery({ directory, root, polcy: {} } as never)],
  ["planRetention", (directory) => planRetention(directory, {}, { delete: false } as never)],
  ["retainEvery", async (directory) => retainEvery({ directory, root, secondApproval: true } as never)],
  ["addHold", (directory) => addHold(directory, { root, person, reason, user: ["ada"] } as never)],
  ["addHold", (directory) => addHold(directory, { root, person, reason, users: "ada" } as never)],
  ["releaseHold", (directory) => releaseHold(directory, "x", { root, person, reason, hold: "y" } as never)],
  ["approveDeletion", (directory) => approveDeletion(directory, { root, person, files: [{}] } as never)],
  ["verifyLocalArchives", (directory) => verifyLocalArchives(directory, { anchor: directory } as never)],
];

test.each(slips)("a slip in an option of %s is refused before anything is done", async (name, call) => {
  const { directory } = oldJournal();
  const before = filesIn(directory);
  await expect(call(directory)).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringContaining(name),
  });
  expect(filesIn(directory)).toEqual(before);
});

test("what is left undefined is left out", async () => {
  const directory = newDirectory();
  await expect(planRetention(directory, { minimum: undefined }, { now: undefined })).rejects.toMatchObject({
    code: "JOURNAL_UNREADABLE",
  });
});
