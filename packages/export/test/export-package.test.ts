import { execFileSync, spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { publicKeyPem, rotateKey, verifyEntryProof } from "@openrouter-audit/core";
import { DSSESignatureContent } from "@sigstore/verify/dist/bundle/dsse.js";
import { type ExportOptions, exportPackage, verifyPackage } from "../src/index.ts";
import { filesIn, rehash } from "./support/forger.ts";
import {
  newDirectory,
  now,
  otherRoot,
  otherSecret,
  root,
  sealedDays,
  secret,
  users,
} from "./support/sealed-days.ts";

const by = { user: "an-auditor", user_source: "test", host: "test-host" };
const middle = { since: new Date("2026-11-03T00:00:00Z"), until: new Date("2026-11-05T00:00:00Z") };
const all = { since: new Date("2026-11-01T00:00:00Z"), until: new Date("2026-12-01T00:00:00Z") };
let journal: string;
/** The package of the middle days, that tests look at. */
let first: string;
beforeAll(async () => {
  journal = await sealedDays();
  first = (await exported()).out;
});

type Asked = Partial<ExportOptions>;
const exported = async (options: Asked = {}, out = join(newDirectory(), "bag")) => ({
  out,
  made: await exportPackage(journal, { ...middle, out, root, by, now, ...options }),
});

const json = (out: string, path: string) => JSON.parse(readFileSync(join(out, path), "utf8"));
const shell = (script: string, cwd: string, env: Record<string, string> = {}) =>
  execFileSync("bash", ["-c", script], {
    cwd,
    env: { PATH: process.env.PATH!, HOME: cwd, ...env },
    encoding: "utf8",
  });

/** The commands of README-VERIFY.md, in one shell. @param all every line as well, which takes a process for each hash */
function followReadme(out: string, key = root.vkey, all = false): string {
  const text = readFileSync(join(out, "README-VERIFY.md"), "utf8");
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
  expect(blocks.length).toBeGreaterThan(1);
  const wanted = all ? blocks : blocks.filter((block) => !block.includes("verify-with-openssl.sh"));
  return shell(wanted.join("\n"), out, { KEY: key });
}

test("a package has the files of its days byte for byte, verifies with the key, and says what it is", async () => {
  const { out, made } = await exported();
  expect(made).toMatchObject({ form: "directory", unproven: null, signedBy: root.vkey });
  expect(made.verification.result).toBe("intact");
  expect(readdirSync(join(out, "data/logs"))).toEqual(["audit_2026-11-03.jsonl", "audit_2026-11-04.jsonl"]);
  for (const name of readdirSync(join(out, "data/logs")))
    expect(readFileSync(join(out, "data/logs", name))).toEqual(readFileSync(join(journal, name)));
  const population = json(out, "data/reports/population.json");
  expect(population).toMatchObject({
    selection: null,
    left_out: { earlier_files: 1, later_files: 1 },
    query: { first_day: "2026-11-03", last_day: "2026-11-04", time_zone: "UTC" },
    counts: {
      not_entries: 0,
      by_day: {
        "2026-11-03": { by_event_type: { chat_completion: 21, "audit.opened": 1, "audit.heartbeat": 1 } },
        "2026-11-04": { by_event_type: { chat_completion: 12, "audit.closed": 1 } },
      },
    },
  });
  expect(json(out, "data/reports/retention.json").holds).toHaveLength(1);
  expect(json(out, "data/reports/report.json")).toMatchObject({
    totals: { calls: 33 },
    verification: { result: "intact" },
  });
  expect(readFileSync(join(out, "data/custody/custody.jsonl"), "utf8").split("\n")[0]).toContain(
    '"user":"an-auditor"',
  );
  const found = await verifyPackage(out, { key: root.vkey });
  expect(found).toMatchObject({
    result: "intact",
    keySource: "given",
    attestation: "verified",
    problems: [],
    entries: made.entries,
  });
  expect(found.notChecked.join("\n")).not.toContain("package's own");
});

test("the whole journal, archive and anchor log, in a ZIP that unzip, sha256sum and openssl accept", async () => {
  const { out } = await exported({ ...all, organization: "Example Ltd" }, join(newDirectory(), "all.zip"));
  expect(await verifyPackage(out, { key: root.vkey })).toMatchObject({ result: "intact", form: "zip" });
  const place = newDirectory();
  shell(`unzip -q '${out}'`, place);
  const [folder] = readdirSync(place);
  const bag = join(place, folder!);
  expect(readFileSync(join(bag, "data/logs/audit_2026-11-02.jsonl.gz"))).toEqual(
    readFileSync(join(journal, "audit_2026-11-02.jsonl.gz")),
  );
  const said = followReadme(bag);
  expect(said.match(/^signed: \d+ entries of /gm)).toHaveLength(3);
  expect(said).toContain("Signature Verified Successfully");
  expect(() => followReadme(bag, otherRoot.vkey)).toThrow();
  expect(readFileSync(join(bag, "bag-info.txt"), "utf8")).toContain("Source-Organization: Example Ltd\n");
});

test("every line of a part of a journal is checked with openssl alone, and that its logs went on", async () => {
  const { out } = await exported({ until: new Date("2026-11-04T00:00:00Z") });
  const said = followReadme(out, root.vkey, true);
  expect(said).toMatch(/^went on after these days: openrouter-audit\/.*, 26 entries$/m);
  expect(said).toMatch(
    /\nintact: every line is as it was sealed, and each log ended in these days or went on after them\n$/,
  );
  const days = "--since 2026-11-03 --until 2026-11-03";
  const python = `python3 '${resolve("docs/verify.py")}' ${days} "$KEY" data/logs/*.jsonl | tail -n 1`;
  const canPython = spawnSync("python3", ["-c", "import cryptography"]).status === 0;
  if (canPython) expect(shell(python, out, { KEY: root.vkey })).toBe("intact\n");
  const cut = join(newDirectory(), "cut");
  cpSync(out, cut, { recursive: true });
  rmSync(join(cut, "data/checkpoints/later"), { recursive: true });
  writeFileSync(
    join(cut, "README-VERIFY.md"),
    withoutStep2(readFileSync(join(out, "README-VERIFY.md"), "utf8")),
  );
  rehash(cut);
  expect(() => followReadme(cut, root.vkey, true)).toThrow(/no end, and nothing shows that it went on/);
});

test("of days that are not over it is said which log has no end, and what that leaves open", async () => {
  const going = newDirectory();
  for (const name of ["audit_2026-11-02.jsonl.gz", "audit_2026-11-03.jsonl", "public-key"])
    cpSync(join(journal, name), join(going, name));
  const out = join(newDirectory(), "bag");
  await exportPackage(going, { ...all, out, root, by, now: new Date("2026-11-03T12:00:00Z") });
  const said = followReadme(out, root.vkey, true);
  const [open, last] = said.trimEnd().split("\n").slice(-2);
  expect(open).toMatch(
    /^no end in these days: openrouter-audit\/\S+, 26 entries\. Its process was still running then, or was killed, or lines after these were cut off$/,
  );
  expect(last).toBe(
    "intact: every line that is here is as it was sealed; whether more belong to the end of 1 of these logs, only a later package or a head noted elsewhere shows",
  );
});

test("the commands that README-VERIFY.md gives to run its steps leave the terminal open when one fails", async () => {
  const { out } = await exported({ users: ["ada"] });
  const before = filesIn(out);
  const text = readFileSync(join(out, "README-VERIFY.md"), "utf8");
  const given = [...text.matchAll(/^ {4}((?:sed|KEY=).*)$/gm)].map(([, command]) => command!);
  expect(given).toHaveLength(2);
  const pasted = (key: string) =>
    shell([...given, "echo still open"].join("\n").replace("<the key>", key), out);
  expect(pasted(root.vkey)).toMatch(/entries are proven\nexit code 0\nstill open\n$/);
  expect(pasted(otherRoot.vkey)).toMatch(/\nexit code [1-9]\d*\nstill open\n$/);
  expect(pasted("")).toMatch(/^exit code [1-9]\d*\nstill open\n$/);
  expect(filesIn(out)).toEqual(before);
});

/** Without the attestation, which finds everything. */
function withoutStep2(readme: string): string {
  return readme.replace(/## 2\..*?(?=## 3\.)/s, "");
}

test("the same journal at the same time gives the same bytes, also in another time zone", async () => {
  const [one, two] = [{ out: first }, await exported()];
  expect(filesIn(two.out)).toEqual(filesIn(one.out));
  for (const file of filesIn(one.out))
    expect([file, readFileSync(join(two.out, file))]).toEqual([file, readFileSync(join(one.out, file))]);
  const zip = async () => readFileSync((await exported({}, join(newDirectory(), "a.zip"))).out);
  const before = await zip();
  const { TZ } = process.env;
  process.env.TZ = "Pacific/Auckland";
  try {
    expect(await zip()).toEqual(before);
  } finally {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  }
});

test("another implementation of DSSE opens the attestation", async () => {
  const { out, made } = await exported();
  const envelope = json(out, "attestation.dsse.json");
  const payload = Buffer.from(envelope.payload, "base64");
  const [{ sig, keyid }] = envelope.signatures;
  const content = new DSSESignatureContent({
    payload,
    payloadType: envelope.payloadType,
    signatures: [{ sig: Buffer.from(sig, "base64"), keyid }],
  });
  expect(content.verifySignature(createPublicKey(publicKeyPem(root.vkey)))).toBe(true);
  expect(content.verifySignature(createPublicKey(publicKeyPem(otherRoot.vkey)))).toBe(false);
  expect(JSON.parse(payload.toString())).toMatchObject({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "tagmanifest-sha256.txt", digest: { sha256: made.tagManifestSha256 } }],
    predicate: { verification: "intact", selection: null },
  });
});

test("without the root key nobody signs, and without a key given only consistency is shown: both are said", async () => {
  const { out, made } = await exported({ root: null });
  expect(made.signedBy).toBeNull();
  expect(existsSync(join(out, "attestation.dsse.json"))).toBe(false);
  expect(readFileSync(join(out, "README-VERIFY.md"), "utf8")).toContain("Nobody has signed for this package");
  followReadme(out);
  const found = await verifyPackage(out);
  expect(found).toMatchObject({ result: "incomplete", keySource: "package", attestation: "missing" });
  expect((await verifyPackage(out, { unsigned: true })).result).toBe("intact");
  expect(found.notChecked.slice(0, 2).join("\n")).toMatch(/package's own.*\n.*Nobody signed/);
  expect(await verifyPackage(out, { key: otherRoot.vkey })).toMatchObject({ result: "tampered" });
});

test("a selection has the lines of its users with a proof each, which the existing verifier and a shell check", async () => {
  const { out, made } = await exported({ users: ["ada"] });
  expect(made).toMatchObject({ unproven: 0 });
  const lines = readFileSync(join(out, "data/logs/entries.jsonl"), "utf8").trimEnd().split("\n");
  for (const line of lines) {
    const { log, seq, user_id } = JSON.parse(line);
    expect(user_id).toBe("ada");
    const folder = join(out, "data/proofs", log.split("/").at(-1));
    const files = {
      entry: Buffer.from(line.replace(/,"chain_hash":"[^"]+","signature":"[^"]*"\}$/, "}")),
      proof: readFileSync(join(folder, `${seq}.tlog-proof`), "utf8"),
      delegation: readFileSync(join(folder, "delegation.note"), "utf8"),
    };
    expect(verifyEntryProof(files, root.vkey)).toMatchObject({ proven: true, seq });
  }
  expect(json(out, "data/reports/population.json").selection).toMatchObject({ form: "users", examined: 38 });
  expect(followReadme(out).match(/^included: /gm)).toHaveLength(lines.length);
  const found = await verifyPackage(out, { key: root.vkey });
  expect(found).toMatchObject({
    result: "intact",
    journal: null,
    proofs: { entries: made.entries, proven: made.entries },
  });
  expect(found.notChecked.join()).toContain("only the whole log");
});

test("what a person is given about themselves names no other user anywhere", async () => {
  const { out } = await exported({ ...all, subject: "ada" });
  const others = users.filter((user) => user !== "ada");
  for (const file of filesIn(out)) {
    const text = readFileSync(join(out, file), "utf8");
    expect([file, others.filter((user) => text.includes(user))]).toEqual([file, []]);
  }
  expect(json(out, "data/reports/report.json").totals.calls).toBe(14);
  expect(await verifyPackage(out, { key: root.vkey })).toMatchObject({
    result: "intact",
    attestation: "verified",
  });
});

test("what a person did with the log names others, and is counted and not given to them", async () => {
  const place = await sealedDays({ by: "ada", about: "grace" });
  const out = join(newDirectory(), "bag");
  await exportPackage(place, { ...all, out, root, by, now, subject: "ada" });
  for (const file of filesIn(out)) expect(readFileSync(join(out, file), "utf8")).not.toContain("grace");
  expect(json(out, "data/reports/population.json").selection).toMatchObject({ acts_left_out: 1 });
  expect((await verifyPackage(out, { key: root.vkey })).result).toBe("intact");
});

test("nothing is stored about somebody: that is a package too", async () => {
  const { out, made } = await exported({ subject: "nobody-we-know" });
  expect(made).toMatchObject({ entries: 0, unproven: 0 });
  expect(await verifyPackage(out, { key: root.vkey })).toMatchObject({ result: "intact", entries: 0 });
  followReadme(out);
});

test("a log that somebody changed is exported with its findings, and so is a selection from it", async () => {
  const changed = newDirectory();
  cpSync(journal, changed, { recursive: true });
  const file = join(changed, "audit_2026-11-04.jsonl");
  writeFileSync(file, readFileSync(file, "utf8").replace('"of grace"', '"of GRACE"'));
  const options = { ...middle, root, by, now };
  const whole = join(newDirectory(), "bag");
  const made = await exportPackage(changed, { ...options, out: whole });
  expect(made.verification.result).toBe("tampered");
  expect(json(whole, "data/reports/verification.json").problems[0].verdict).toBe("ROOT_MISMATCH");
  const found = await verifyPackage(whole, { key: root.vkey });
  expect(found).toMatchObject({ result: "tampered", attestation: "verified" });
  expect(new Set(found.problems.map(({ verdict }) => verdict))).toEqual(new Set(["LOGS", "JOURNAL"]));
  expect(found.problems.find(({ verdict }) => verdict === "LOGS")!.file).toMatch(
    /^data\/logs\/audit_2026-11-04\.jsonl:\d+$/,
  );

  const some = join(newDirectory(), "bag");
  const selected = await exportPackage(changed, { ...options, users: ["grace"], out: some });
  expect(selected.unproven).toBeGreaterThan(0);
  const judged = await verifyPackage(some, { key: root.vkey });
  expect(judged.result).toBe("tampered");
  expect(new Set(judged.problems.map(({ verdict }) => verdict))).toEqual(
    new Set(["LOGS", "JOURNAL", "UNPROVEN"]),
  );
  const others = join(newDirectory(), "bag");
  const before = { ...options, until: new Date("2026-11-04"), users: ["ada"] };
  expect(await exportPackage(changed, { ...before, out: others })).toMatchObject({
    unproven: 0,
    verification: { result: "intact" },
    result: "tampered",
  });
  expect(await verifyPackage(others, { key: root.vkey })).toMatchObject({ result: "tampered" });
});

test("the original form is one JSON file with everything in it", async () => {
  const out = join(newDirectory(), "export.json");
  await exported({ format: "json" }, out);
  const { export_timestamp, period, summary, logs } = JSON.parse(readFileSync(out, "utf8"));
  expect({ export_timestamp, period }).toEqual({
    export_timestamp: now.toISOString(),
    period: { since: middle.since.toISOString(), until: middle.until.toISOString() },
  });
  expect(summary.counts.entries).toBe(logs.length);
  expect(summary.verification.result).toBe("intact");
  expect(logs).toEqual(
    ["audit_2026-11-03.jsonl", "audit_2026-11-04.jsonl"].flatMap((name) =>
      readFileSync(join(journal, name), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ),
  );
  const few = join(newDirectory(), "ada.json");
  await exported({ format: "json", subject: "ada" }, few);
  expect(
    JSON.parse(readFileSync(few, "utf8")).logs.every((entry: { user_id: string }) => entry.user_id === "ada"),
  ).toBe(true);
});

test.each<[string, Asked, string]>([
  ["times the wrong way round", { since: middle.until, until: middle.since }, "INVALID_OPTIONS"],
  ["a time that is none", { since: new Date("2026-13-45") }, "INVALID_OPTIONS"],
  ["a name that nobody knows", { user: ["ada"] } as Asked, "INVALID_OPTIONS"],
  ["users and a subject", { users: ["ada"], subject: "ada" }, "INVALID_OPTIONS"],
  ["a key that is none", { key: "no key" }, "INVALID_OPTIONS"],
  ["another archive than a ZIP", { out: "/dev/shm/package.tar.gz" }, "INVALID_OPTIONS"],
  ["days to come", { since: new Date("2026-12-01"), until: new Date("2026-12-02") }, "INVALID_OPTIONS"],
])("%s: an error, and nothing is left behind", async (_what, options, code) => {
  const place = newDirectory();
  await expect(exported(options, join(place, "bag"))).rejects.toMatchObject({ code });
  expect(readdirSync(place)).toEqual([]);
});

test("a target that is taken stays as it is; an empty folder is taken for the package", async () => {
  const place = newDirectory();
  const taken = join(place, "taken");
  mkdirSync(taken);
  writeFileSync(join(taken, "mine"), "mine");
  await expect(exported({}, taken)).rejects.toMatchObject({ code: "PACKAGE_UNWRITABLE" });
  writeFileSync(join(place, "old.zip"), "old");
  await expect(exported({}, join(place, "old.zip"))).rejects.toMatchObject({ code: "PACKAGE_UNWRITABLE" });
  await expect(exported({}, join(place, "no/such/bag"))).rejects.toMatchObject({
    code: "PACKAGE_UNWRITABLE",
    message: expect.stringContaining("there is no folder"),
  });
  expect(filesIn(place)).toEqual(["old.zip", "taken/mine"]);
  rmSync(join(taken, "mine"));
  await exported({}, taken);
  expect(readdirSync(place).sort()).toEqual(["old.zip", "taken"]);
  expect(existsSync(join(taken, "bagit.txt"))).toBe(true);
});

test("what happens to the journal while it is exported changes nothing that is copied", async () => {
  const moving = newDirectory();
  cpSync(journal, moving, { recursive: true });
  const file = join(moving, "audit_2026-11-04.jsonl");
  const before = readFileSync(file);
  const out = join(newDirectory(), "bag");
  const made = await exportPackage(moving, {
    ...middle,
    out,
    root,
    by,
    now,
    onProgress: ({ doing }) => {
      if (doing === "verifying") writeFileSync(file, "something else\n");
    },
  });
  expect(readFileSync(join(out, "data/logs/audit_2026-11-04.jsonl"))).toEqual(before);
  // Of the copy; the journal itself is another by then, and that is said.
  expect(made).toMatchObject({ verification: { result: "intact" }, journal: { result: "tampered" } });
  const { problems } = await verifyPackage(out, { key: root.vkey });
  expect(problems.map(({ verdict }) => verdict)).toEqual(["JOURNAL"]);
});

test("an export that is stopped leaves nothing", async () => {
  const place = newDirectory();
  const stop = new AbortController();
  const options = { signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) };
  await expect(exported(options, join(place, "bag.zip"))).rejects.toThrow("enough");
  expect(readdirSync(place)).toEqual([]);
});

test("after a rotation the new key signs, the notes go with the package, and either key verifies it", async () => {
  const rotated = newDirectory();
  cpSync(journal, rotated, { recursive: true });
  await rotateKey(rotated, { from: secret, to: otherSecret });
  const out = join(newDirectory(), "rotated");
  const made = await exportPackage(rotated, { ...all, out, root: otherRoot, by, now });
  expect(made.verification.result).toBe("intact");
  for (const key of [otherRoot.vkey, root.vkey])
    expect(await verifyPackage(out, { key })).toMatchObject({ result: "intact", attestation: "verified" });
  expect(followReadme(out, otherRoot.vkey).match(/^signed: /gm)).toHaveLength(3);
  // A key that may be stolen vouches for no other.
  const found = await verifyPackage(out, { key: root.vkey, successors: false });
  expect(found).toMatchObject({ result: "tampered", attestation: "wrong" });
  // Not by the key that an auditor may have kept: that is said.
  const old = await verifyPackage(out, { key: root.vkey });
  expect(old.signedBy).toEqual({
    vkey: otherRoot.vkey,
    relation: "successor",
    note: expect.stringMatching(/^key-rotation-/),
  });
});
