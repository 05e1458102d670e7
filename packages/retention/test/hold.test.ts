import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { noteInAnchorLog, rootKeyFor, withAnchorLog } from "@openrouter-audit/anchor";
import { AuditLog, publicKeyOf, verifyJournal } from "@openrouter-audit/core";
import { anchoredHeads, verifierOf } from "@openrouter-audit/core/seal";
import {
  type AddHoldOptions,
  Approvals,
  addHold,
  approveDeletion,
  type DoomedFile,
  holdInWords,
  holdsIn,
  planDigest,
  planRetention,
  readHolds,
  releaseHold,
} from "@openrouter-audit/retention";

const secret = "a secret that only these tests know, long enough";
const root = rootKeyFor("nowhere", { env: { OPENROUTER_AUDIT_SECRET: secret } });
const counsel = { id: "carol", source: "sso", onBehalfOf: "Legal, case 17" };
const base = { person: counsel, reason: "Case 17", root };

let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "openrouter-audit-hold-"));
  const audit = new AuditLog({ directory, secret, onProblem: () => undefined });
  for (const userId of ["u-1", "u-2"])
    await audit.run({ userId }, () => audit.record({ event_type: "document.opened" }));
  await audit.close();
});
afterEach(() => rmSync(directory, { recursive: true }));

const notesOf = async () => (await anchoredHeads(join(directory, "anchor"), [verifierOf(root.vkey)!])).notes;
const active = async () => holdsIn(await notesOf()).active;
const file = () => join(directory, readdirSync(directory).find((name) => name.startsWith("audit_"))!);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
/** The holds that keep a file, in the order of their days. */
const holding = async (index: number) => {
  const policy = { deleteAfter: "1d", archiveAfter: null, tampered: "keep_logs" } as const;
  const now = () => new Date(Date.now() + 5 * 86_400_000);
  const { files } = await planRetention(directory, policy, { now });
  return files[index]!.facts!.holds.map(({ hold }) => hold);
};
/** Whether the one file is held by such a hold. */
const isHeld = async (wanted: Partial<AddHoldOptions>) => {
  const { hold } = await addHold(directory, { ...base, ...wanted });
  return (await holding(0)).includes(hold);
};

test("a hold is noted with person, reason and terms, signed, and released by a note of its own", async () => {
  const added = await addHold(directory, { ...base, users: ["u-1"], since: new Date("2026-01-01") });
  const [found] = await active();
  expect(found).toEqual(added);
  expect(found).toMatchObject({
    users: ["u-1"],
    since: "2026-01-01T00:00:00.000Z",
    reason: "Case 17",
    added: { by: "carol", on_behalf_of: "Legal, case 17" },
    released: null,
  });
  expect(holdInWords(found!)).toContain("user u-1, since 2026-01-01T00:00:00.000Z): Case 17");
  const freed = await releaseHold(directory, added.hold, {
    ...base,
    person: { id: "dave" },
    reason: "Settled",
  });
  expect(freed.released).toMatchObject({ by: "dave", reason: "Settled" });
  expect(holdsIn(await notesOf())).toEqual({ active: [], released: [freed] });
  // Nothing of the first note was touched, and the journal is as good as before.
  expect((await notesOf()).map(({ detail }) => detail!.action)).toEqual(["add", "release"]);
  expect((await verifyJournal(directory, { key: publicKeyOf(secret) })).result).toBe("intact");
});

test("who releases an unknown hold, or one twice, is told which it is", async () => {
  const { hold } = await addHold(directory, { ...base, everything: true });
  await releaseHold(directory, hold, base);
  await expect(releaseHold(directory, hold, base)).rejects.toMatchObject({
    code: "UNKNOWN_HOLD",
    message: expect.stringMatching(/was released before, on \S+ by carol/),
  });
  expect(await codeOf(releaseHold(directory, "no\u0007such", base))).toBe("UNKNOWN_HOLD");
  expect(await notesOf()).toHaveLength(2);
});

test("a hold covers a file when one entry in it is of the user and of the time, both", async () => {
  const [hour, now] = [3_600_000, Date.now()];
  const past = { since: new Date(now - 2 * hour), until: new Date(now - hour) };
  const present = { since: new Date(now - hour), until: new Date(now + hour) };
  expect(await isHeld({ users: ["u-1"] })).toBe(true);
  expect(await isHeld({ users: ["u-3"] })).toBe(false);
  expect(await isHeld({ users: ["u-3", "u-2"] })).toBe(true);
  expect(await isHeld(past)).toBe(false);
  expect(await isHeld(present)).toBe(true);
  expect(await isHeld({ users: ["u-1"], ...past })).toBe(false);
  expect(await isHeld({ users: ["u-1"], ...present })).toBe(true);
  expect(await isHeld({ users: ["u-3"], ...present })).toBe(false);
  expect(await isHeld({ since: new Date(now + hour) })).toBe(false);
  expect(await isHeld({ everything: true })).toBe(true);
});

test("whoever the caller claims to be is held too, and archives are read as files are", async () => {
  const { hold } = await addHold(directory, { ...base, users: ["claimed-1"] });
  expect(await holding(0)).toEqual([]);
  const line = readFileSync(file(), "utf8")
    .split("\n")
    .find((each) => each.includes('"u-1"'))!;
  const archive = join(directory, "audit_2020-01-01.jsonl.gz");
  writeFileSync(archive, gzipSync(`${line.replace('"claimed_user":null', '"claimed_user":"claimed-1"')}\n`));
  expect(await holding(0)).toEqual([hold]);
  // A line that is none of a log, and may be evidence.
  const untimed = line.replace(/"recorded_at":"[^"]*"/, '"recorded_at":7').replace('"u-1"', '"claimed-1"');
  writeFileSync(archive, gzipSync(`${untimed}\n`));
  expect(await holding(0)).toEqual([hold]);
});

test.each<[string, object]>([
  ["nothing to hold", {}],
  ["no users", { users: [] }],
  ["a user with a line break", { users: ["u-1\nu-2"] }],
  ["a user with an escape", { users: ["\u001b[2J"] }],
  ["an empty user", { users: [" "] }],
  ["half a character", { users: ["\ud800"] }],
  ["a day that is none", { since: new Date("2026-13-45") }],
  ["a time that is a text", { since: "2026-01-01" }],
  ["a reversed range", { since: new Date("2026-02-01"), until: new Date("2026-01-01") }],
  ["an empty range", { since: new Date("2026-02-01"), until: new Date("2026-02-01") }],
  ["everything and a user", { everything: true, users: ["u-1"] }],
  ["no reason", { everything: true, reason: "  " }],
  ["a reason of two lines", { everything: true, reason: "one\ntwo" }],
  ["nobody", { everything: true, person: { id: "" } }],
])("%s is refused, and nothing is noted", async (_, wanted) => {
  expect(await codeOf(addHold(directory, { ...base, ...wanted } as AddHoldOptions))).toBe("INVALID_OPTIONS");
  expect(readdirSync(directory)).not.toContain("anchor");
});

test("while retention has the lock, a hold is refused, and says so", async () => {
  const { result } = await withAnchorLog({ directory, root }, async () =>
    addHold(directory, { ...base, everything: true }).catch((error: unknown) => error),
  );
  expect(result).toMatchObject({
    code: "JOURNAL_ALREADY_OPEN",
    message: expect.stringMatching(
      /^Retention, archiving or anchoring is at work, .* Nothing was noted: try again/,
    ),
  });
  expect(await notesOf()).toEqual([]);
});

test("a note that somebody forged into the anchor log releases nothing", async () => {
  await addHold(directory, { ...base, everything: true });
  const anchor = join(directory, "anchor/anchor.jsonl");
  const last = readFileSync(anchor, "utf8").trimEnd().split("\n").at(-1)!;
  appendFileSync(
    anchor,
    `${last.replace('"action":"add"', '"action":"release"').replace('"seq":1', '"seq":2')}\n`,
  );
  expect(await active()).toHaveLength(1);
  expect(await codeOf(addHold(directory, { ...base, everything: true }))).toBe("ANCHOR_DAMAGED");
});

test("where there is no journal nothing is noted: nobody would read it", async () => {
  const nowhere = join(directory, "audti");
  const files = [{ file: "audit_2026-01-01.jsonl", lines: 3, bytes: 900, sha256: "a".repeat(64) }];
  const missing = { code: "JOURNAL_UNREADABLE", message: expect.stringContaining(nowhere) };
  await expect(addHold(nowhere, { ...base, everything: true })).rejects.toMatchObject(missing);
  await expect(approveDeletion(nowhere, { files, person: { id: "alice" }, root })).rejects.toMatchObject(
    missing,
  );
  expect(readdirSync(directory)).not.toContain("audti");
  const anchors = join(directory, "anchors-of-a-table");
  await addHold(nowhere, { ...base, everything: true, anchors, newLog: true });
  expect((await readHolds(anchors, [root.vkey])).active).toHaveLength(1);
});

test("what is refused writes nothing into an anchor log, not even its beginning", async () => {
  await addHold(directory, { ...base, everything: true });
  const path = join(directory, "anchor/anchor.jsonl");
  rmSync(path);
  rmSync(join(directory, "anchor/checkpoint"));
  rmSync(join(directory, "retention-log"));
  writeFileSync(path, "");
  expect(await codeOf(releaseHold(directory, "01999f3c", { ...base }))).toBe("UNKNOWN_HOLD");
  expect(readFileSync(path, "utf8")).toBe("");
});

describe("a second person", () => {
  const files: DoomedFile[] = [
    { file: "audit_2026-01-01.jsonl", lines: 3, bytes: 900, sha256: "a".repeat(64) },
    { file: "audit_2026-01-02.jsonl", lines: 1, bytes: 300, sha256: "b".repeat(64) },
  ];
  const now = new Date();
  const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
  const asked = async (id: string, at = now, wanted = files) => {
    const approvals = new Approvals(await notesOf(), { person: { id }, now: at });
    const reasons = new Set(wanted.map((file) => approvals.whyNot(file) ?? approvals.of(file)!.by));
    return [...reasons].join("; ");
  };
  const approve = (id: string, more = {}) =>
    approveDeletion(directory, { files, person: { id }, root, now: () => now, ...more });

  test("must approve, and not the one who deletes", async () => {
    await approve("alice");
    expect(await asked("bob")).toBe("alice");
    expect(await asked("alice")).toContain("alice, who wants to delete, is the only one who approved it");
    await approve("alice");
    expect(await asked("alice")).toContain("the only one");
    await approve("bob");
    expect(await asked("alice")).toBe("bob");
  });

  test.each([
    ["alice", "Alice"],
    ["alice", "\uff41lice"],
    ["alice", "ali\u200bce"],
    ["jos\u00e9", "jose\u0301"],
    ["alice smith", "Alice  Smith"],
    ["alice@example.org", "alice+approves@example.org"],
  ])("is not made by another spelling: %j and %j", async (name, spelling) => {
    await approve(spelling);
    expect(await asked(name)).toContain(`${name}, who wants to delete, is the only one`);
    expect(await asked("bob")).toBe(spelling);
  });

  test("is not made by a name that is noted by its digest, for it looks like a secret", async () => {
    const secret = `sk-or-v1-${"a".repeat(64)}`;
    await approve(secret);
    expect(await asked(secret)).toContain("is the only one who approved it");
  });

  test("has letters of one alphabet, and is not who called the other by sudo", async () => {
    await approve("\u0430lice");
    expect(await asked("bob")).toContain("a name of several alphabets");
    await approve("alice");
    const called = { id: "root", metadata: { sudo_user: "alice" } };
    const byRoot = new Approvals(await notesOf(), { person: called, now });
    expect(byRoot.of(files[0]!)).toBeNull();
    await approve("root", { person: { id: "root", metadata: { sudo_user: "bob" } } });
    expect(await asked("bob")).toBe("alice");
  });

  test("approves exactly these files, for seven days", async () => {
    await addHold(directory, { ...base, everything: true });
    expect(await asked("bob")).toContain("nobody has approved it");
    const { plan } = await approve("alice", { reason: "Looked at it" });
    expect(plan).toBe(planDigest(files));
    const others = [
      { ...files[0]!, sha256: "c".repeat(64) },
      { ...files[0]!, bytes: 901 },
      { ...files[0]!, file: files[1]!.file },
      { ...files[0]!, table: "postgres://db.example/audit" },
    ];
    for (const other of others) expect(await asked("bob", now, [other])).toContain("of another plan");
    // Each of them by itself, in whatever order; and compressed since.
    expect(await asked("bob", now, [files[1]!, { ...files[0]!, file: `${files[0]!.file}.gz` }])).toBe(
      "alice",
    );
    expect(await asked("bob", new Date(inDays(7).getTime() - 1))).toBe("alice");
    expect(await asked("bob", inDays(7))).toContain("is not of the last 7 days");
    expect(await asked("bob", inDays(-1))).toContain("is not of the last 7 days");
  });

  test("may be another one for each file, and what names none byte for byte approves nothing", async () => {
    await approve("alice", { files: files.slice(0, 1) });
    await approve("carl", { files: files.slice(1) });
    expect(await asked("bob")).toBe("alice; carl");
    const odd = [null, 7, { file: 7 }, { ...files[0]!, lines: "3" }, { ...files[0]!, sha256: "*" }];
    expect(await codeOf(approve("alice", { files: odd }))).toBe("INVALID_OPTIONS");
    await noteInAnchorLog({ directory, anchors: join(directory, "anchor"), root }, (log) =>
      log.note("approved", { action: "delete", plan: "x", files: odd as never }, {
        user_id: "dave",
      } as never),
    );
    expect(await asked("bob")).toBe("alice; carl");
  });

  test("who looked at another plan approves nothing", async () => {
    expect(await codeOf(approve("alice", { plan: "d".repeat(64) }))).toBe("NOT_APPROVED");
    expect(await codeOf(approve("alice", { files: [] }))).toBe("INVALID_OPTIONS");
    expect(readdirSync(directory)).not.toContain("anchor");
    await approve("alice", { plan: planDigest(files) });
    const [note] = await notesOf();
    expect(note).toMatchObject({
      user_id: "alice",
      detail: { action: "delete", plan: planDigest(files), files },
    });
  });
});
