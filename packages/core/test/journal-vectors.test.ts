import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestPrompt, verifyJournal } from "../src/index.ts";
import type { AnyEntry } from "./support/journals.ts";
import { checkLog, digest, jcs, responseForm } from "./support/second-implementation.ts";
import { vectors } from "./support/vectors.ts";

const journals = join(vectors, "journal");
const {
  public_key,
  now,
  journals: expected,
}: { public_key: string; now: string; journals: AnyEntry[] } = JSON.parse(
  readFileSync(join(journals, "expected.json"), "utf8"),
);
const secret: string = JSON.parse(readFileSync(join(vectors, "keys.json"), "utf8"))[0].secret;

test("every journal of the vectors has an expectation", () => {
  const directories = readdirSync(journals).filter((name) => name !== "expected.json");
  expect(expected.map(({ journal }: AnyEntry) => journal).sort()).toEqual(directories.sort());
});

test.each(expected)("the journal $journal is $result: $description", async (vector: AnyEntry) => {
  const found = await verifyJournal(join(journals, vector.journal), { key: public_key, now: new Date(now) });
  const problems = found.problems.map(({ verdict, seq, at }) => ({ verdict, seq, ...at }));
  expect({ result: found.result, problems }).toEqual({ result: vector.result, problems: vector.problems });
});

/** The lines of each log of a journal, in the order of files and lines. */
function logsOf(journal: string): string[][] {
  const directory = join(journals, journal);
  const logs = new Map<string, string[]>();
  for (const file of readdirSync(directory).sort())
    for (const line of readFileSync(join(directory, file), "utf8").split("\n").slice(0, -1)) {
      const { log } = JSON.parse(line);
      logs.set(log, [...(logs.get(log) ?? []), line]);
    }
  return [...logs.values()];
}

describe("a second implementation, from the written page alone,", () => {
  test("finds the sound journal sound", () => {
    const logs = logsOf("sound");
    expect(logs.map((lines) => lines.length)).toEqual([8, 3]);
    for (const lines of logs) checkLog(lines, public_key);
  });

  test.each([
    ["word-edited", "root of line 1"],
    ["space-added", "line 1 is not canonical"],
    ["signature-exchanged", "signature of line 1"],
    ["line-deleted", "line 1 has seq 2"],
    ["lines-exchanged", "line 1 has seq 2"],
    ["tail-unsigned", "unsigned tail"],
    ["log-forged", "the delegation is not the root key's"],
  ])("finds %s at the same place", (journal, reason) => {
    const check = () => {
      for (const lines of logsOf(journal)) checkLog(lines, public_key);
    };
    expect(check).toThrow(reason);
  });

  test("confirms the prompt and the answers of the calls", () => {
    const entries = logsOf("sound").flatMap((lines) => lines.map((line) => JSON.parse(line) as AnyEntry));
    const calls = entries.filter(({ event_type }) => event_type === "chat_completion");
    const messages = [{ role: "user", content: "What is the capital of France?" }];
    const answer = responseForm([{ choices: [{ index: 0, message: { content: "Paris." } }] }]);
    expect(calls.map(({ tenant_id, status }) => [tenant_id, status])).toEqual([
      ["acme", "success"],
      [null, "success"],
      [null, "error"],
    ]);
    for (const { tenant_id, prompt_hash, response_hash, status } of calls) {
      expect(prompt_hash).toBe(digest(secret, "prompt", tenant_id, jcs(messages)));
      expect(prompt_hash).toBe(digestPrompt(messages, { secret, tenantId: tenant_id }));
      expect(response_hash).toBe(status === "error" ? null : digest(secret, "response", tenant_id, answer));
    }
  });
});
