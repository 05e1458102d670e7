import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPackage } from "../../../test/support/build-package.ts";
import {
  AuditLog,
  type AuditLogOptions,
  proveEntry,
  publicKeyOf,
  type RootKey,
  readJournal,
  rotateKey,
  updateKnownHeads,
  verifyJournal,
} from "../src/index.ts";
import {
  codeOf,
  entriesIn,
  journalFilesIn,
  newDirectory,
  openLog,
  otherSecret,
  secret,
  writeLog,
} from "./support/journals.ts";
import { Writer } from "./support/processes.ts";
import { keyService, newRootKey } from "./support/root-keys.ts";

beforeAll(() => buildPackage("core"));

const event = (text: string) => ({ event_type: "test.event", metadata: { text } });
const optionsOf = (key: string | RootKey): AuditLogOptions =>
  typeof key === "string" ? { secret: key } : { rootKey: key };
const keyIn = (directory: string) => readFileSync(join(directory, "public-key"), "utf8");
const notesIn = (directory: string) => readdirSync(directory).filter((name) => name.endsWith(".note"));
const opened = (directory: string) => entriesIn(directory).filter(({ seq }) => seq === 0);

async function addLog(directory: string, key: string | RootKey, text: string): Promise<void> {
  const { log, problems } = openLog(directory, optionsOf(key));
  await log.record(event(text));
  await log.close();
  expect(problems).toEqual([]);
}

const pem: RootKey = { pem: newRootKey().pem };
const service: RootKey = keyService(5000).rootKey;

describe("a journal whose root key was rotated", () => {
  test.each<[string, string | RootKey, string | RootKey]>([
    ["a secret to another", secret, otherSecret],
    ["a secret to a PEM", secret, pem],
    ["a PEM to a key service", pem, service],
    ["a key service to a secret", service, secret],
  ])("from %s goes on with the new key, and both verify all of it", async (_what, from, to) => {
    const directory = newDirectory();
    await addLog(directory, from, "before");
    const rotation = await rotateKey(directory, { from, to });
    await addLog(directory, to, "after");

    const [older, newer] = [publicKeyOf(from), publicKeyOf(to)];
    expect(rotation).toMatchObject({ from: older, to: newer, rotated: true });
    expect(keyIn(directory)).toBe(`${newer}\n`);
    expect(notesIn(directory)).toEqual([rotation.file]);
    for (const name of ["public-key", rotation.file])
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    for (const key of [older, newer, undefined]) {
      const { result, logs } = await verifyJournal(directory, key === undefined ? {} : { key });
      expect({ result, logs: logs.length }).toEqual({ result: "intact", logs: 2 });
    }
    const [first, second] = opened(directory);
    expect(second.detail.links).toEqual([expect.objectContaining({ log: first.log, size: 3 })]);
  });

  test("is verified file by file with the notes beside the files, wherever those are", async () => {
    const [directory, archive] = [newDirectory(), newDirectory()];
    await addLog(directory, secret, "before");
    const { file, to } = await rotateKey(directory, { from: secret, to: pem });
    await addLog(directory, pem, "after");
    const [name] = journalFilesIn(directory) as [string];
    const verified = async (path: string) => (await verifyJournal([path], { key: to })).result;
    expect(await verified(join(directory, name))).toBe("intact");
    renameSync(join(directory, name), join(archive, name));
    expect(await verified(join(archive, name))).toBe("tampered");
    renameSync(join(directory, file), join(archive, file));
    expect(await verified(join(archive, name))).toBe("intact");
  });

  test("is not opened with the old key, and the message says why", async () => {
    const directory = newDirectory();
    await writeLog(directory, 1);
    await rotateKey(directory, { from: secret, to: otherSecret });
    await rotateKey(directory, { from: otherSecret, to: pem });
    for (const old of [secret, otherSecret])
      expect(() => new AuditLog({ directory, secret: old })).toThrow(
        expect.objectContaining({
          code: "KEY_MISMATCH",
          message: expect.stringMatching(/was rotated from .*, which this configuration has, to .*new key/),
        }),
      );
    const unknown = () => new AuditLog({ directory, secret, ...optionsOf(service) });
    expect(unknown).toThrow(expect.objectContaining({ code: "KEY_MISMATCH" }));
    expect(unknown).toThrow("keys rotate");
    expect(unknown).not.toThrow("was rotated");
  });

  test("keeps the name of its keys", async () => {
    const directory = newDirectory();
    await openLog(directory, { name: "acme/audit" }).log.close();
    const { to } = await rotateKey(directory, { from: secret, to: pem });
    expect(to).toBe(publicKeyOf(pem, "acme/audit"));
    await openLog(directory, { name: "acme/audit", rootKey: pem }).log.close();
    expect((await verifyJournal(directory)).result).toBe("intact");
  });
});

describe("a rotation of which only the note was written", () => {
  async function halfRotated(): Promise<string> {
    const directory = newDirectory();
    await writeLog(directory, 1);
    const before = keyIn(directory);
    await rotateKey(directory, { from: secret, to: otherSecret });
    writeFileSync(join(directory, "public-key"), before);
    return directory;
  }

  test("is finished by a start with the new key", async () => {
    const directory = await halfRotated();
    await addLog(directory, otherSecret, "after");
    expect(keyIn(directory)).toBe(`${publicKeyOf(otherSecret)}\n`);
    expect((await verifyJournal(directory)).result).toBe("intact");
    expect(await codeOf(() => new AuditLog({ directory, secret }))).toBe("KEY_MISMATCH");
  });

  test("is finished by the same call, with the note that is there; once more, it does nothing", async () => {
    const directory = await halfRotated();
    const [file] = notesIn(directory) as [string];
    const note = readFileSync(join(directory, file), "utf8");
    const options = { from: secret, to: otherSecret };
    expect(await rotateKey(directory, options)).toMatchObject({ file, rotated: true });
    expect(await rotateKey(directory, options)).toMatchObject({ file, rotated: false });
    expect(readFileSync(join(directory, file), "utf8")).toBe(note);
    expect(keyIn(directory)).toBe(`${publicKeyOf(otherSecret)}\n`);
  });

  test("leaves the old key good for a start", async () => {
    const directory = await halfRotated();
    await addLog(directory, secret, "before");
    expect(keyIn(directory)).toBe(`${publicKeyOf(secret)}\n`);
  });

  test("is followed by no rotation to a third key", async () => {
    const directory = await halfRotated();
    await expect(rotateKey(directory, { from: secret, to: pem })).rejects.toMatchObject({
      code: "KEY_MISMATCH",
      message: expect.stringMatching(/Finish that rotation; or, if it is not yours, .* remove the file/),
    });
    expect(keyIn(directory)).toBe(`${publicKeyOf(secret)}\n`);
  });
});

test("a process that still runs goes on with the old key, says so once, and all of it verifies with the new key", async () => {
  const directory = newDirectory();
  const { log, problems } = openLog(directory);
  await log.record(event("before"));
  await rotateKey(directory, { from: secret, to: otherSecret });
  const environment = { OPENROUTER_AUDIT_SECRET: otherSecret };
  expect((await new Writer(directory, "some", 1, { environment }).ended).code).toBe(0);
  for (const text of ["first", "second"]) {
    renameSync(directory, `${directory}-away`);
    expect(await codeOf(() => log.record(event(text)))).toBe("JOURNAL_UNWRITABLE");
    renameSync(`${directory}-away`, directory);
    await log.flush();
  }
  await log.close();

  const told = problems.filter(({ code }) => code === "KEY_ROTATED");
  expect(told.map(({ message }) => message)).toEqual([
    expect.stringContaining(`rotated to ${publicKeyOf(otherSecret)}`),
  ]);
  const texts: unknown[] = [];
  for await (const { metadata } of readJournal(directory)) texts.push(metadata.text);
  expect(texts).toEqual(["before", undefined, "first", "second"]);
  // The logs of both keys are linked, whichever began the next.
  expect(opened(directory).map(({ detail }) => detail.links.length)).toEqual([0, 1, 2, 3]);
  const { problems: found } = await verifyJournal(directory, { key: publicKeyOf(otherSecret) });
  expect(found.filter(({ result }) => result === "tampered")).toEqual([]);
});

describe("nothing is written when a rotation", () => {
  const another = newRootKey();
  const refusals: [string, Parameters<typeof rotateKey>[1], string, RegExp][] = [
    ["comes from another key", { from: otherSecret, to: pem }, "KEY_MISMATCH", /it has the key .*, not /],
    ["leads to the same key", { from: secret, to: secret }, "KEY_MISMATCH", /is its key already/],
    [
      "leads to a line of a .env file",
      { from: secret, to: `OPENROUTER_AUDIT_SECRET=${otherSecret}` },
      "INVALID_OPTIONS",
      /what stands behind the =/,
    ],
    ["leads to a secret too short", { from: secret, to: "short" }, "SECRET_TOO_SHORT", /at least 32/],
    ["leads to no PEM", { from: secret, to: { pem: "/nowhere" } }, "INVALID_OPTIONS", /ENOENT/],
    [
      "is not signed by its key service",
      { from: secret, to: { publicKey: another.publicKey, sign: () => Promise.reject(new Error("denied")) } },
      "JOURNAL_UNWRITABLE",
      /was not rotated, because .* could not sign: .*denied.*Nothing was written/,
    ],
    [
      "is signed by another key than was said",
      { from: secret, to: { publicKey: another.publicKey, sign: newRootKey().sign } },
      "JOURNAL_UNWRITABLE",
      /another key/,
    ],
  ];

  test.each(refusals)("%s", async (_what, options, code, message) => {
    const directory = newDirectory();
    await writeLog(directory, 1);
    const before = readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]);
    await expect(rotateKey(directory, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")])).toEqual(
      before,
    );
  });

  test("leads back to a key that was replaced", async () => {
    const directory = newDirectory();
    await writeLog(directory, 1);
    await rotateKey(directory, { from: secret, to: otherSecret });
    await expect(rotateKey(directory, { from: otherSecret, to: secret })).rejects.toThrow(/has been a key/);
    expect(notesIn(directory)).toHaveLength(1);
  });

  test("has no journal", async () => {
    for (const content of [null, "rubbish"]) {
      const directory = newDirectory();
      if (content !== null) writeFileSync(join(directory, "public-key"), content);
      expect(await codeOf(() => rotateKey(directory, { from: secret, to: pem }))).toBe("JOURNAL_UNREADABLE");
    }
  });

  test("finds rubbish in the place of its note, which must be removed first", async () => {
    const directory = newDirectory();
    await writeLog(directory, 1);
    const options = { from: secret, to: otherSecret };
    const ids = [secret, otherSecret].map((each) => publicKeyOf(each).split("+")[1]);
    const planted = join(directory, `key-rotation-${ids.join("-")}.note`);
    writeFileSync(planted, "rubbish");
    await expect(rotateKey(directory, options)).rejects.toThrow(
      /is there already, and it is no rotation note/,
    );
    expect(keyIn(directory)).toBe(`${publicKeyOf(secret)}\n`);
    rmSync(planted);
    expect(await rotateKey(directory, options)).toMatchObject({ rotated: true });
  });
});

test("of two rotations to two keys at once, at most one is made", async () => {
  const directory = newDirectory();
  await writeLog(directory, 1);
  const to: (string | RootKey)[] = [otherSecret, pem, service];
  const made = await Promise.allSettled(to.map((each) => rotateKey(directory, { from: secret, to: each })));
  const done = to.filter((_key, index) => made[index]!.status === "fulfilled");
  expect(done).toHaveLength(1);
  expect(notesIn(directory)).toHaveLength(1);
  expect(keyIn(directory)).toBe(`${publicKeyOf(done[0]!)}\n`);
});

describe("after a rotation, whoever keeps one of the keys", () => {
  async function rotated() {
    const [directory, heads] = [newDirectory(), join(newDirectory(), "heads.jsonl")];
    await writeLog(directory, 2, "before");
    const { from, to } = await rotateKey(directory, { from: secret, to: otherSecret });
    const { log } = openLog(directory, { secret: otherSecret });
    const { id } = await log.record({ event_type: "test.event" });
    await log.close();
    return { directory, heads, from, to, id };
  }

  test("notes heads of all logs, and compares with them", async () => {
    const { directory, heads, from, to } = await rotated();
    for (const key of [from, to]) {
      expect(updateKnownHeads(heads, await verifyJournal(directory, { key }))).toBe(2);
      const again = await verifyJournal(directory, { key, knownHeads: heads });
      expect([again.result, [...again.trusted].sort()]).toEqual(["intact", [from, to].sort()]);
    }
  });

  test("can refuse the newer one: it may be a thief's", async () => {
    const { directory, from, to } = await rotated();
    const verdicts = async (key: string) =>
      (await verifyJournal(directory, { key, successors: false })).problems.map(({ verdict }) => verdict);
    expect(await verdicts(from)).toEqual(["UNDELEGATED_STREAM"]);
    expect(await verdicts(to)).toEqual([]);
  });

  test("is told of a note that gives no trust", async () => {
    const { directory, to } = await rotated();
    writeFileSync(join(directory, "key-rotation-00000000-11111111.note"), "trust me\n");
    const { result, problems } = await verifyJournal(directory, { key: to });
    expect([result, problems.map(({ verdict, at }) => [verdict, at!.file])]).toEqual([
      "intact",
      [["BAD_ROTATION", "key-rotation-00000000-11111111.note"]],
    ]);
  });

  test("proves entries of both", async () => {
    const { directory, from, to, id } = await rotated();
    const older = (await firstIdIn(directory)) as string;
    for (const key of [from, to])
      for (const wanted of [older, id])
        expect(await proveEntry(directory, { id: wanted }, { key })).toMatchObject({ proven: true });
  });

  async function firstIdIn(directory: string) {
    for await (const entry of readJournal(directory)) return entry.id;
    return undefined;
  }
});
