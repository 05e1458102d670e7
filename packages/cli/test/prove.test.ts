import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { publicKeyOf, rotateKey } from "@openrouter-audit/core";
import { committedLog, journalOf, unsigned } from "../../core/test/support/committed-log.ts";
import { secret as coreSecret } from "../../core/test/support/journals.ts";
import { runCli } from "./run-cli.ts";
import { type Call, journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const key = publicKeyOf(secret);
const coreKey = publicKeyOf(coreSecret);
const vectors = "test/vectors/proofs";
const vectorKey: string = JSON.parse(readFileSync(`${vectors}/expected.json`, "utf8")).public_key;

const threeCalls = async (call: Call) => {
  for (const user of ["ada", "grace", "linus"]) await call(user, "openai/gpt-4o-mini");
};

function entryOf(journal: string, text: string): { id: string; log: string; seq: number } {
  const { lines } = journalFile(journal);
  return JSON.parse(lines.find((line) => line.includes(text))!);
}

/** The three files of a vector, in a directory of a test's own. */
function copyOf(vector: string): string {
  const directory = newDirectory();
  cpSync(join(vectors, vector), directory, { recursive: true });
  return directory;
}

describe("prove", () => {
  test("takes the beginning of an id that is one entry's, and names those of several", async () => {
    const journal = await sampleJournal(threeCalls);
    const ids = journalFile(journal).lines.map((line) => JSON.parse(line).id as string);
    const [id] = ids as [string];
    let length = 1;
    while (ids.some((other) => other !== id && other.startsWith(id.slice(0, length)))) length += 1;
    const out = join(newDirectory(), "evidence");
    expect(await runCli(["prove", id.slice(0, length), journal, "--out", out])).toMatchObject({ code: 0 });
    expect(readdirSync(out)).toContain(`${id}.entry.json`);

    const several = await runCli(["prove", id.slice(0, 1), journal, "--out", out]);
    expect([several.code, several.stdout]).toEqual([
      3,
      expect.stringContaining(`several entries have an id that begins with ${id[0]}: ${id}, `),
    ]);
    const none = await runCli(["prove", "zz", journal, "--out", out]);
    expect([none.code, none.stdout]).toEqual([
      3,
      expect.stringContaining("no entry has the id zz, or an id that begins so"),
    ]);
  });

  test("writes three files that say of one entry what was sealed, and of the others nothing", async () => {
    const journal = await sampleJournal(threeCalls);
    const { id } = entryOf(journal, '"user_id":"grace"');
    const out = join(newDirectory(), "evidence");
    const made = await runCli(["prove", id, journal, "--out", out]);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toContain(`openrouter-audit verify-proof ${join(out, id)} --key <KEY>`);

    const names = [`${id}.delegation.note`, `${id}.entry.json`, `${id}.tlog-proof`];
    expect(readdirSync(out).sort()).toEqual(names);
    expect(statSync(out).mode & 0o777).toBe(0o700);
    for (const name of names) expect(statSync(join(out, name)).mode & 0o777).toBe(0o600);
    const contents = names.map((name) => readFileSync(join(out, name), "utf8")).join("\n");
    expect(contents).toContain('"user_id":"grace"');
    for (const other of [`"ada"`, `"linus"`, "audit.opened", "audit.closed", "heartbeat_ms"])
      expect(contents).not.toContain(other);
    for (const line of journalFile(journal).lines) {
      const entry = JSON.parse(line) as { id: string };
      if (entry.id !== id) expect(contents).not.toContain(entry.id);
    }

    const checked = await runCli(["verify-proof", out, "--key", key]);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(checked.stdout).toMatch(/^PROVEN {2}this entry stood at position 2 of a log of 3 entries/);
    expect(checked.stdout).toMatch(/user_id +grace/);
    expect(checked.stdout).toContain("not proven   that the log is whole");
  });

  test("finds an entry by its place, and tells as JSON what it wrote", async () => {
    const journal = await sampleJournal(threeCalls);
    const { id, log, seq } = entryOf(journal, '"user_id":"ada"');
    const out = newDirectory();
    const { code, stdout } = await runCli(["prove", `${log}#${seq}`, journal, "--out", out, "--json"]);
    expect(code).toBe(0);
    const files = [".entry.json", ".tlog-proof", ".delegation.note"].map((ending) => join(out, id + ending));
    expect(JSON.parse(stdout)).toEqual({ proven: true, id, log, seq, size: seq + 1, files, others: [] });
  });

  test("again writes the same, and never over anything else", async () => {
    const journal = await sampleJournal(threeCalls);
    const { id } = entryOf(journal, '"user_id":"ada"');
    const out = newDirectory();
    const argv = ["prove", id, journal, "--out", out];
    expect((await runCli(argv)).code).toBe(0);
    expect((await runCli(argv)).code).toBe(0);

    const proof = join(out, `${id}.tlog-proof`);
    writeFileSync(proof, "mine");
    const refused = await runCli(argv);
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toContain(
      `${proof} is there already and holds something else. Nothing was written`,
    );
    expect(readFileSync(proof, "utf8")).toBe("mine");
  });

  test("follows no link that lies where a file should come", async () => {
    const journal = await sampleJournal(threeCalls);
    const { id } = entryOf(journal, '"user_id":"ada"');
    const [out, elsewhere] = [newDirectory(), join(newDirectory(), "victim")];
    symlinkSync(elsewhere, join(out, `${id}.tlog-proof`));
    expect((await runCli(["prove", id, journal, "--out", out])).code).toBe(3);
    expect(statSync(elsewhere, { throwIfNoEntry: false })).toBeUndefined();
  });

  test.each(["../../escaped", ".hidden", "a/b", "nul", "\x1b[31mred", "x".repeat(300), ""])(
    "gives the files of the id %j a name that is safe",
    async (id) => {
      const { lines, origin } = committedLog([["before"], [id]]);
      const [parent, out] = [newDirectory(), "out"];
      const argv = ["prove", `${origin}#2`, journalOf(lines), "--key", coreKey, "--out", join(parent, out)];
      const { code, stdout } = await runCli(argv);
      expect(code).toBe(0);
      expect(stdout).not.toContain("\x1b");
      expect(readdirSync(parent)).toEqual([out]);
      const names = readdirSync(join(parent, out));
      expect(names).toHaveLength(3);
      for (const name of names) expect(name).toMatch(/^entry-[0-9a-f]{16}\./);
      expect((await runCli(["verify-proof", join(parent, out), "--key", coreKey])).code).toBe(0);
    },
  );

  test("makes no proof of a log that was tampered with, and says where", async () => {
    const journal = await sampleJournal(threeCalls);
    const { id } = entryOf(journal, '"user_id":"grace"');
    const file = journalFile(journal);
    file.rewrite((lines) => lines.map((line) => line.replace('"user_id":"ada"', '"user_id":"eve"')));
    const out = newDirectory();
    const { code, stdout } = await runCli(["prove", id, journal, "--out", out]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^NO PROOF {2}entry 1, or one before it, is not what was sealed\n/);
    expect(stdout).toContain(`${file.name}:2`);
    expect(readdirSync(out)).toEqual([]);
  });

  test("says of the unsigned tail that it cannot be proven", async () => {
    const { lines } = committedLog([["a"], ["b"]]);
    const journal = journalOf(lines.with(2, unsigned(lines[2]!)));
    const { code, stdout } = await runCli(["prove", "b", journal, "--key", coreKey, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ proven: false, reason: "NOT_COVERED", at: { line: 3 } });
  });

  test("tells of the other place of an id that stands in two logs", async () => {
    const [failed, again] = [committedLog([["twice"]]), committedLog([["twice"]])];
    const journal = journalOf([failed.lines[0]!, unsigned(failed.lines[1]!), ...again.lines]);
    const { code, stdout } = await runCli([
      "prove",
      "twice",
      journal,
      "--key",
      coreKey,
      "-o",
      newDirectory(),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(`log       ${again.origin}`);
    expect(stdout).toContain(`also at   ${failed.origin}#1`);
  });

  test.each([
    [["no-such-id"], "no entry has the id no-such-id"],
    [["a/b/c#x"], "is no place in a log"],
    [["a", "/nowhere/at/all"], "There is no journal in /nowhere/at/all"],
  ])("%j finds nothing, and says so", async (argv, why) => {
    const journal = await sampleJournal(threeCalls);
    const { code, stdout, stderr } = await runCli(["prove", ...argv], {
      env: { OPENROUTER_AUDIT_DIR: journal },
    });
    expect(code).toBe(3);
    expect(stdout + stderr).toContain(why);
  });
});

describe("prove-consistency", () => {
  test("shows to who noted an older head that the log only grew", async () => {
    const journal = await sampleJournal(threeCalls);
    const { lines } = journalFile(journal);
    const [noted, latest] = [lines[1]!, lines[3]!].map((line) => JSON.parse(line));
    const out = newDirectory();
    const made = await runCli(["prove-consistency", noted.log, "2", "4", journal, "--out", out]);
    expect(made.code).toBe(0);
    const stem = join(out, `${noted.log.split("/").at(-1)}-2-4`);
    expect(made.stdout).toContain(`verify-proof ${stem}`);

    const verify = ["verify-proof", out, "--key", key];
    const without = await runCli(verify);
    expect(without.code).toBe(0);
    expect(without.stdout).toContain("from 2 to 4 entries nothing was changed or removed");
    const byRoot = await runCli([...verify, "--old", noted.chain_hash, "--json"]);
    expect(JSON.parse(byRoot.stdout)).toMatchObject({
      kind: "consistency",
      proven: true,
      old_root: noted.chain_hash,
      new_root: latest.chain_hash,
      old_signed: false,
    });
    const other = await runCli([...verify, "--old", latest.chain_hash]);
    expect(other.code).toBe(1);
    expect(other.stdout).toContain("NOT PROVEN  the log did not only grow from 2 to 4");

    const { detail } = JSON.parse(lines[0]!);
    const { log, chain_hash, signature } = noted;
    const head = {
      log,
      size: 2,
      chain_hash,
      signature,
      log_key: detail.log_key,
      delegation: detail.delegation,
    };
    const heads = join(newDirectory(), "known-heads");
    writeFileSync(heads, `${JSON.stringify({ ...head, size: 1 })}\n${JSON.stringify(head)}\n`);
    expect((await runCli([...verify, "--old", heads])).code).toBe(0);
    writeFileSync(heads, `${JSON.stringify({ ...head, chain_hash: latest.chain_hash })}\n`);
    const forged = await runCli([...verify, "--old", heads]);
    expect(forged.code).toBe(1);
    expect(forged.stdout).toContain("the old head does not prove itself");
  });

  test("explains sizes that have no signed line", async () => {
    const { lines, origin } = committedLog([["a", "b", "c"], ["d"]]);
    const argv = ["prove-consistency", origin, "2", "5", journalOf(lines), "--key", coreKey];
    const { code, stdout } = await runCli(argv);
    expect(code).toBe(1);
    expect(stdout).toContain("the log has no signed line at size 2; the nearest are 1 and 4");
    const zero = await runCli(["prove-consistency", origin, "0", "5", journalOf(lines), "--key", coreKey]);
    expect(zero.code).toBe(3);
    expect(zero.stderr).toContain("at least 1");
  });
});

describe("verify-proof", () => {
  test("takes the files in any order, under any names, their directory, or the beginning of their names", async () => {
    const directory = copyOf("entry");
    const [delegation, entry, proof] = ["e.delegation.note", "e.entry.json", "e.tlog-proof"].map((name) =>
      join(directory, name),
    ) as [string, string, string];
    for (const given of [
      [directory],
      [join(directory, "e")],
      [proof, delegation, entry],
      [entry, proof, delegation],
    ])
      expect((await runCli(["verify-proof", ...given, "--key", vectorKey])).code).toBe(0);
    const renamed = [entry, proof, delegation].map((path, index) => {
      renameSync(path, join(directory, String(index)));
      return join(directory, String(index));
    });
    const keyFile = join(directory, "key");
    writeFileSync(keyFile, `${vectorKey}\n`);
    expect((await runCli(["verify-proof", ...renamed, "--key", `@${keyFile}`])).code).toBe(0);
  });

  test.each([
    ["entry-edited", "inclusion"],
    ["checkpoint-of-other-log", "checkpoint"],
    ["delegation-forged", "delegation"],
    ["index-zeros", "format"],
    ["growth-old-edited", "old head"],
  ])("says of %s that the step %s failed, what it wanted and what it found", async (vector, step) => {
    const { code, stdout } = await runCli(["verify-proof", join(vectors, vector), "--key", vectorKey]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^NOT PROVEN .*\\n\\n {2}step +${step}\\n {2}expected .*\\n {2}found `),
    );
    const json = await runCli(["verify-proof", join(vectors, vector), "--key", vectorKey, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ proven: false, step });
  });

  test("shows what an entry says so that it can drive no terminal", async () => {
    const { lines } = committedLog([["\x1b[2J\u202eevil\nPROVEN"]]);
    const out = newDirectory();
    await runCli(["prove", "\x1b[2J\u202eevil\nPROVEN", journalOf(lines), "--key", coreKey, "--out", out]);
    for (const json of [[], ["--json"]]) {
      const { code, stdout } = await runCli(["verify-proof", out, "--key", coreKey, ...json]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/[\x1b\u202e]/);
      expect(stdout.match(/^PROVEN/gm) ?? []).toHaveLength(json.length === 0 ? 1 : 0);
    }
  });

  test.each<[string, (directory: string) => void, string]>([
    [
      "a huge entry",
      (at) => truncateSync(join(at, "e.entry.json"), 2 ** 34),
      "bytes; no file of a proof is that long",
    ],
    [
      "a huge proof",
      (at) => truncateSync(join(at, "e.tlog-proof"), 2 ** 21),
      "no such file of a proof is that long",
    ],
    [
      "a proof of NUL bytes",
      (at) => writeFileSync(join(at, "e.tlog-proof"), Buffer.alloc(999)),
      "is no file of a proof",
    ],
    [
      "an empty delegation",
      (at) => writeFileSync(join(at, "e.delegation.note"), ""),
      "is no file of a proof",
    ],
    [
      "a picture",
      (at) => writeFileSync(join(at, "e.tlog-proof"), Buffer.from("89504e470d0a1a0a", "hex")),
      "is no file of a proof",
    ],
    [
      "a delegation that is not text",
      (at) =>
        writeFileSync(
          join(at, "e.delegation.note"),
          Buffer.concat([Buffer.from("openrouter-audit/log-delegation/v1\n"), Buffer.of(0xff)]),
        ),
      "is not text in UTF-8",
    ],
    ["a directory in place of a file", (at) => mkdirSync(join(at, "f.tlog-proof")), "There are 2 proofs in"],
    [
      "the same file twice",
      (at) => cpSync(join(at, "e.tlog-proof"), join(at, "e.consistency-proof")),
      "are both a tlog-proof",
    ],
    [
      "a file less",
      (at) => renameSync(join(at, "e.tlog-proof"), join(at, "moved")),
      "The tlog-proof (.tlog-proof) is missing",
    ],
  ])("cannot read %s, and says why", async (_what, spoil, why) => {
    const directory = copyOf("entry");
    spoil(directory);
    const { code, stdout, stderr } = await runCli(["verify-proof", directory, "--key", vectorKey]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(why);
    expect(stderr).not.toMatch(/\n +at /);
  });

  test("does not wait for a pipe", async () => {
    const directory = copyOf("entry");
    execFileSync("mkfifo", [join(directory, "pipe")]);
    const { code, stderr } = await runCli(["verify-proof", join(directory, "pipe"), "--key", vectorKey]);
    expect(code).toBe(3);
    expect(stderr).toContain("it is not a file");
  });

  test.each([10, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 10_000, 1_000_000])(
    "answers to an entry %i levels deep",
    async (levels) => {
      const directory = copyOf("entry");
      writeFileSync(join(directory, "e.entry.json"), `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`);
      for (const json of [[], ["--json"]]) {
        const { code, stdout } = await runCli(["verify-proof", directory, "--key", vectorKey, ...json]);
        expect(code).toBe(1);
        expect(stdout).toMatch(/position|entry/);
      }
    },
  );

  test("needs a key, and one that is a key", async () => {
    const without = await runCli(["verify-proof", join(vectors, "entry")]);
    expect(without.code).toBe(3);
    expect(without.stderr).toContain("--key");
    const other = await runCli(["verify-proof", join(vectors, "entry"), "--key", "hello"]);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain("is not a public key");
  });
});

test("a proof of a log that an older root key certified goes with the note, so that the newest key proves it", async () => {
  const journal = await sampleJournal(threeCalls);
  const { id } = entryOf(journal, '"user_id":"grace"');
  const other = "another secret that only this test knows, long enough";
  const { to } = await rotateKey(journal, { from: secret, to: other });
  const out = newDirectory();
  const made = await runCli(["prove", id, journal, "--out", out]);
  expect(made.code).toBe(0);
  expect(readdirSync(out).filter((name) => name.startsWith("key-rotation-"))).toHaveLength(1);
  for (const trusted of [key, to]) {
    const { code, stdout } = await runCli(["verify-proof", out, "--key", trusted]);
    expect(code).toBe(0);
    // The key that did, whichever was given.
    expect(/^ {2}certified by {2}(\S+), at /m.exec(stdout)![1]).toBe(key);
  }
  for (const name of readdirSync(out)) if (name.startsWith("key-rotation-")) rmSync(join(out, name));
  expect((await runCli(["verify-proof", out, "--key", to])).code).toBe(1);
});

test("a key that may be stolen proves no log of a key that took over from it, when one asks so", async () => {
  const journal = await sampleJournal(threeCalls);
  const { id } = entryOf(journal, '"user_id":"grace"');
  const older = "an older secret that only this test knows, long enough";
  writeFileSync(join(journal, "public-key"), `${publicKeyOf(older)}\n`);
  await rotateKey(journal, { from: older, to: secret });
  const out = newDirectory();
  await runCli(["prove", id, journal, "--out", out, "--key", publicKeyOf(older)]);
  const check = ["verify-proof", out, "--key", publicKeyOf(older)];
  const { code, stdout } = await runCli(check);
  expect(code).toBe(0);
  expect(stdout).toContain(`certified by  ${key}, at `);
  expect((await runCli([...check, "--no-successors"])).code).toBe(1);
});
