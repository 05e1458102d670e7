import { readdirSync } from "node:fs";
import { join } from "node:path";
import { AuditLog } from "@openrouter-audit/core";
import { answerLine } from "../src/format/answer-line.ts";
import { runCli } from "./run-cli.ts";
import { journalFile, newDirectory, secret } from "./sample-journal.ts";

const env = {
  OPENROUTER_AUDIT_SECRET: secret,
  OPENROUTER_AUDIT_NEW_SECRET: "another secret for these tests alone, long enough",
};

/** A journal of an application whose own names are TypeScript's, delivered, anchored and held. */
async function journal() {
  const directory = newDirectory();
  const sinks = [{ name: "store", write: async () => undefined }];
  const audit = new AuditLog({ directory, secret, sinks });
  await audit.record({ event_type: "test.event", metadata: { requestId: 1 } });
  await audit.close();
  return directory;
}

/** All names in an answer, but those that are somebody's own. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === "metadata" ? [name] : [name, ...namesIn(member)],
  );
}

test("the names in an answer to programs are those of entries, whichever command gives it", async () => {
  const directory = await journal();
  const out = newDirectory();
  const { id, log } = JSON.parse(journalFile(directory).lines[1]!);
  const month = ["--since", "2020", "--until", "2099"];
  const bucket = ["--bucket", "audit", "--endpoint", "http://127.0.0.1:9"];
  const commands = [
    ["verify", directory],
    ["anchor", directory],
    ["verify", directory, "--anchors", join(directory, "anchor")],
    ["query", directory],
    ["report", directory],
    ["report", directory, "--no-verify"],
    ["show", id, directory],
    ["show", "none", directory],
    ["sql", "select user_id, event_type from entries", directory],
    ["sql", "--columns", directory],
    ["delivery", directory],
    ["keys", directory],
    ["init"],
    ["check", "--base-url", "http://127.0.0.1:9"],
    ["prove", id, directory, "--out", join(out, "entry")],
    ["prove", "none", directory, "--out", out],
    ["verify-proof", join(out, "entry"), "--key", `@${join(directory, "public-key")}`],
    ["prove-consistency", log, "2", "3", directory, "--out", join(out, "growth")],
    ["verify-proof", join(out, "growth"), "--key", `@${join(directory, "public-key")}`],
    ["hold", "add", directory, "--everything", "--reason", "Case 17"],
    ["hold", "list", directory],
    ["retain", "log", directory],
    ["retain", directory, "--dry-run"],
    ["retain", directory, "--yes"],
    ["retain", "--list-presets"],
    ["archive", "upload", directory, ...bucket, "--mode", "GOVERNANCE", "--retain", "7y", "--dry-run"],
    ["archive", "verify", directory],
    ["export", directory, ...month, "--unrecorded", "--out", join(out, "package.zip")],
    ["verify", join(out, "package.zip")],
    ["verify", join(out, "none.zip")],
    ["lake", directory, "--out", join(out, "lake")],
    ["keys", "rotate", directory],
  ];
  const silent: string[] = [];
  for (const words of commands) {
    const { stdout } = await runCli([...words, "--json"], { env });
    const lines = stdout.split("\n").filter((line) => line !== "");
    if (lines.length === 0) silent.push(words[0]!);
    for (const line of lines)
      expect([words, namesIn(JSON.parse(line)).filter((n) => /^[a-z]+[A-Z]/.test(n))]).toEqual([words, []]);
  }
  expect(silent).toEqual([]);
  expect(readdirSync(out)).toContain("lake");
});

test("what an application put into an entry stays as it is", async () => {
  const directory = await journal();
  const { id } = JSON.parse(journalFile(directory).lines[1]!);
  const out = newDirectory();
  await runCli(["prove", id, directory, "--out", out]);
  const proven = await runCli(["verify-proof", out, "--key", `@${join(directory, "public-key")}`, "--json"]);
  const { log_key, root_key, entry } = JSON.parse(proven.stdout);
  expect([typeof log_key, typeof root_key, entry.metadata]).toEqual(["string", "string", { requestId: 1 }]);
});

test("a name that is no name of TypeScript stays, and what has several capitals is one word", () => {
  const answer = {
    baseURL: null,
    sha256: [{ tagManifestSha256: 1 }],
    MISSING_STREAM: 1,
    "a/B": 2,
    not_checked: [],
  };
  expect(JSON.parse(answerLine(answer))).toEqual({
    base_url: null,
    sha256: [{ tag_manifest_sha256: 1 }],
    MISSING_STREAM: 1,
    "a/B": 2,
    not_checked: [],
  });
});
