import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { updateKnownHeads, verifyJournal } from "@openrouter-audit/core";
import { exportPackage, type PackageVerification, verifyPackage } from "../src/index.ts";
import { copyOf, edit, editJson, filesIn, recount, resign } from "./support/forger.ts";
import { newDirectory, now, otherRoot, root, sealedDays } from "./support/sealed-days.ts";

// The operator holds the root key, makes the manifests right again and signs anew: what is left is what the lines themselves say.

const key = root.vkey;
const population = "data/reports/population.json";
const lines = "data/logs/entries.jsonl";
const bags: Record<"whole" | "long" | "ada" | "grace", string> = { whole: "", long: "", ada: "", grace: "" };
beforeAll(async () => {
  const journal = await sealedDays();
  const place = newDirectory();
  const middle = { since: new Date("2026-11-03"), until: new Date("2026-11-05") };
  const asked = {
    whole: middle,
    long: { since: new Date("2026-11-02"), until: new Date("2026-11-06") },
    ada: { ...middle, users: ["ada"] },
    grace: { ...middle, users: ["grace"] },
  };
  for (const name of ["whole", "long", "ada", "grace"] as const) {
    bags[name] = join(place, name);
    await exportPackage(journal, { ...asked[name], root, now, out: bags[name] });
  }
});

type Change = (bag: string) => unknown;

async function forged(name: keyof typeof bags, change: Change, say?: (predicate: never) => void) {
  const bag = copyOf(bags[name]);
  await change(bag);
  await resign(bag, say);
  return verifyPackage(bag, { key });
}

const found = ({ problems }: PackageVerification) =>
  problems.map(({ verdict, file }) => `${verdict} ${file}`).sort();

test("what a package says beside its lines is made again, and every other word is found", async () => {
  const changes: Record<string, (bag: string, file: string) => void> = {
    "data/reports/gaps.json": (bag, file) => editJson(bag, file, (said) => said.gaps.push({ log: "x" })),
    "data/reports/retention.json": (bag, file) => editJson(bag, file, (said) => said.holds.pop()),
    "data/reports/verification.json": (bag, file) => editJson(bag, file, (said) => said.notChecked.pop()),
    [population]: (bag, file) => editJson(bag, file, ({ query }) => (query.text = "Every line of 2026.")),
    "data/custody/custody.jsonl": (bag, file) => edit(bag, file, (text) => text.replace(/\n.*\n$/, "\n")),
    "data/checkpoints/heads.jsonl": (bag, file) => edit(bag, file, () => ""),
    "data/keys/public-key.pem": (bag, file) => edit(bag, file, (text) => text.replace(/[A-Z]{3}/, "AAA")),
    "data/keys/public-keys.json": (bag, file) => edit(bag, file, (text) => text.replace(/[0-9a-f]{8}/, "0")),
    "data/schema/entry.schema.json": (bag, file) => edit(bag, file, (text) => text.replace("string", "null")),
    "data/certification/902-certificate-template.md": (bag, file) =>
      edit(bag, file, (text) => `Signed.\n${text}`),
    "README-VERIFY.md": (bag, file) => edit(bag, file, (text) => text.replace("set -euo pipefail", "exit 0")),
    "bag-info.txt": (bag, file) => edit(bag, file, (text) => text.replace("2026-11-03", "2026-01-01")),
  };
  const given = await forged("whole", (bag) => {
    for (const [file, change] of Object.entries(changes)) change(bag, file);
    writeFileSync(join(bag, "data/reports/opinion.html"), "fine");
    writeFileSync(join(bag, "OPINION.md"), "fine");
    edit(bag, "data/controls/controls.json", (text) => text.replace("evidence", "proof"));
  });
  const named = [...Object.keys(changes), "data/reports/opinion.html", "OPINION.md"];
  expect(given.problems.filter(({ result }) => result === "tampered").map(({ file }) => file)).toEqual(
    expect.arrayContaining(named),
  );
  expect(given.attestation).toBe("verified");
  // Another matrix is the operator's right, and it is said.
  expect(found(given)).toContain("NOT_AS_MADE data/controls/controls.json");
});

test("a report that the lines do not give is found", async () => {
  const given = await forged("whole", (bag) => {
    edit(bag, "data/reports/report.json", (text) => text.replace(/"cost_usd": [\d.]+/, '"cost_usd": 0.5'));
    edit(bag, "data/reports/report.html", (text) => text.replace("</body>", "<p>All is well.</p></body>"));
  });
  expect(found(given)).toEqual([
    "COUNTS_DIFFER data/reports/report.html",
    "COUNTS_DIFFER data/reports/report.json",
  ]);
});

test.each<[string, keyof typeof bags, Change, string]>([
  [
    "a log whose key is another",
    "whole",
    (bag) => writeFileSync(join(bag, "data/keys/public-key"), `${otherRoot.vkey}\n`),
    "OTHER_KEY data/keys/public-key",
  ],
  [
    "a period that it is not of",
    "whole",
    (bag) => editJson(bag, population, ({ query }) => (query.since = "2026-01-01T00:00:00.000Z")),
    `COUNTS_DIFFER ${population}`,
  ],
  [
    "another time of the export",
    "whole",
    (bag) => editJson(bag, population, (said) => (said.exported_at = "2026-11-05T00:00:00.000Z")),
    "COUNTS_DIFFER data/custody/custody.jsonl",
  ],
  [
    "lines in a file that no journal has",
    "whole",
    (bag) => addLines(bag, "data/logs/more.jsonl"),
    "FILE_FOREIGN data/logs/more.jsonl",
  ],
  [
    "lines of a day that verification leaves out",
    "whole",
    (bag) => addLines(bag, "data/logs/audit_2026-11-01.jsonl"),
    "FILE_FOREIGN data/logs/audit_2026-11-01.jsonl",
  ],
  [
    "an anchor log that was dropped",
    "whole",
    (bag) => rmSync(join(bag, "data/checkpoints/anchor"), { recursive: true }),
    "COUNTS_DIFFER data/reports/retention.json",
  ],
  [
    "a day dropped from the end, said to be left out",
    "long",
    (bag) => dropDays(bag, ["audit_2026-11-04.jsonl", "audit_2026-11-05.jsonl"], "later_files"),
    "LOGS data/checkpoints/anchor/anchor.jsonl:2",
  ],
  [
    "a day dropped from the beginning, said to be left out",
    "long",
    (bag) => dropDays(bag, ["audit_2026-11-02.jsonl.gz"], "earlier_files"),
    "LOGS data/logs/audit_2026-11-03.jsonl:1",
  ],
  [
    "a selection that says it is everything",
    "ada",
    async (bag) => {
      renameSync(join(bag, lines), join(bag, "data/logs/audit_2026-11-03.jsonl"));
      await recount(bag);
      editJson(bag, population, (said) => (said.selection = null));
    },
    "LOGS data/checkpoints/heads.jsonl",
  ],
  [
    "a selection that says it is of another user",
    "ada",
    (bag) => editJson(bag, population, ({ selection }) => (selection.users = ["grace"])),
    `COUNTS_DIFFER ${lines}:1`,
  ],
  ["an entry of another user, with its proof", "ada", (bag) => mixIn(bag), `COUNTS_DIFFER ${lines}:10`],
  [
    "the same entries twice",
    "ada",
    async (bag) => {
      edit(bag, lines, (text) => text + text);
      await recount(bag);
    },
    `COUNTS_DIFFER ${lines}:10`,
  ],
  [
    "an entry taken out, whose proof was forgotten",
    "ada",
    async (bag) => {
      edit(bag, lines, (text) => text.slice(text.indexOf("\n") + 1));
      await recount(bag);
    },
    expect.stringMatching(/^FILE_FOREIGN data\/proofs\/.*\/\d+\.tlog-proof$/),
  ],
  [
    "an altered entry that is said to have no proof",
    "ada",
    async (bag) => {
      edit(bag, lines, (text) => text.replace('"of ada"', '"of eve"'));
      await recount(bag);
      const { log, seq } = JSON.parse(readFileSync(join(bag, lines), "utf8").split("\n", 1)[0]!);
      editJson(bag, population, (said) => (said.unproven = [{ log, seq, reason: "no signature covers it" }]));
    },
    `PROOF_FAILED ${lines}:1`,
  ],
  [
    "a log of which every line is altered, said to be a selection",
    "whole",
    async (bag) => {
      for (const day of ["audit_2026-11-03.jsonl", "audit_2026-11-04.jsonl"])
        edit(bag, `data/logs/${day}`, (text) => text.replace(/"user_id":"[a-z]+"/g, '"user_id":"eve"'));
      await recount(bag);
      editJson(bag, population, (said) => {
        Object.assign(said, { selection: { form: "users", users: ["eve"], examined: 40 }, unproven: [] });
      });
      rmSync(join(bag, "attestation.dsse.json"));
    },
    `FILE_MISSING ${lines}`,
  ],
  [
    "a selection that says nothing of what it is",
    "whole",
    (bag) => editJson(bag, population, (said) => delete said.selection),
    `COUNTS_DIFFER ${population}`,
  ],
  [
    "lines beside a selection, that nobody proves",
    "ada",
    async (bag) => {
      writeFileSync(join(bag, "data/logs/forged.jsonl"), readFileSync(join(bag, lines)));
      await recount(bag);
    },
    "FILE_FOREIGN data/logs/forged.jsonl",
  ],
  [
    "a selection without its lines",
    "ada",
    async (bag) => {
      rmSync(join(bag, lines));
      rmSync(join(bag, "data/proofs"), { recursive: true });
      await recount(bag);
    },
    `FILE_MISSING ${lines}`,
  ],
  [
    "heads of a selection that nobody signed",
    "ada",
    (bag) => edit(bag, "data/checkpoints/heads.jsonl", (text) => text.replace(/"size":\d+/, '"size":1')),
    "COUNTS_DIFFER data/checkpoints/heads.jsonl",
  ],
])("a forged package is found: %s", async (_what, name, change, finding) => {
  const given = await forged(name, change);
  expect([given.result, found(given)]).toEqual(["tampered", expect.arrayContaining([finding])]);
});

test("a head that was noted earlier finds the log that was cut before it was packed", async () => {
  const journal = await sealedDays();
  const heads = join(newDirectory(), "heads.jsonl");
  updateKnownHeads(heads, await verifyJournal(journal));
  const file = join(journal, "audit_2026-11-05.jsonl");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.slice(0, text.indexOf("\n", text.length / 2) + 1));
  rmSync(join(journal, "anchor"), { recursive: true });
  const out = join(newDirectory(), "bag");
  const last = { since: new Date("2026-11-05"), until: new Date("2026-11-06") };
  await exportPackage(journal, { ...last, root, now: new Date("2026-11-05T09:04:00Z"), out });
  expect((await verifyPackage(out, { key })).result).not.toBe("tampered");
  const { problems } = await verifyPackage(out, { key, knownHeads: heads });
  expect(problems.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^TRUNCATED/));
});

test("a checkpoint of the anchor log that was noted earlier finds a package without that log", async () => {
  const journal = await sealedDays();
  const checkpoint = join(newDirectory(), "checkpoint");
  copyFileSync(join(journal, "anchor", "checkpoint"), checkpoint);
  const out = (name: string) => join(newDirectory(), name);
  const asked = { since: new Date("2026-11-03"), until: new Date("2026-11-05"), root, now };
  const whole = await exportPackage(journal, { ...asked, out: out("whole") });
  expect((await verifyPackage(whole.out, { key, knownHeads: checkpoint })).result).toBe("intact");

  rmSync(join(journal, "anchor"), { recursive: true });
  const without = await exportPackage(journal, { ...asked, out: out("without") });
  expect((await verifyPackage(without.out, { key })).result).toBe("intact");
  const { result, problems, notChecked } = await verifyPackage(without.out, { key, knownHeads: checkpoint });
  expect([result, problems.map(({ message }) => message)]).toEqual([
    "tampered",
    expect.arrayContaining([expect.stringMatching(/^MISSING_STREAM: the anchor log \S+ is not here: /)]),
  ]);
  expect(notChecked.join()).not.toContain("no head from elsewhere was given");
});

test("heads that were noted earlier are said not to be looked at of a selection", async () => {
  const knownHeads = join(newDirectory(), "heads");
  const words = expect.stringMatching(/^The heads that were noted: /);
  expect((await verifyPackage(bags.ada, { key, knownHeads })).notChecked).toContainEqual(words);
  expect((await verifyPackage(bags.ada, { key })).notChecked).not.toContainEqual(words);
});

test("who signs for something else than the package says is found", async () => {
  const given = await forged(
    "whole",
    () => undefined,
    (said: { entries: number }) => {
      said.entries = 1000;
    },
  );
  expect(found(given)).toContain("BAD_ATTESTATION attestation.dsse.json");
});

test.each<[string, keyof typeof bags, Change]>([
  [
    "in a rotation note",
    "whole",
    (bag) => {
      const old = "a##;1e touch obeyed #+00000000+AAAA";
      const note = join(bag, "data/keys/key-rotation-2026-11-04.note");
      writeFileSync(note, `openrouter-audit/key-rotation/v1\n${old}\n${key}\n1\n\n`);
    },
  ],
  [
    "as the index of a proof",
    "ada",
    (bag) =>
      edit(bag, proofIn(bag), (text) => text.replace(/^index \d+/m, "index BASH_VERSINFO[$(touch obeyed)]")),
  ],
  [
    "as the size of a checkpoint",
    "ada",
    (bag) =>
      edit(bag, proofIn(bag), (text) =>
        text.replace(/^(openrouter-audit\/.*)\n\d+$/m, "$1\nBASH_VERSINFO[$(touch obeyed)]"),
      ),
  ],
])(
  "the commands of README-VERIFY.md fail on a command that stands %s, and do not obey it",
  async (_what, name, change) => {
    const bag = copyOf(bags[name]);
    await change(bag);
    await resign(bag);
    const text = readFileSync(join(bag, "README-VERIFY.md"), "utf8");
    const script = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!).join("\n");
    const { status } = spawnSync("bash", ["-c", script], { cwd: bag, env: { ...process.env, KEY: key } });
    expect([status === 0, existsSync(join(bag, "obeyed"))]).toEqual([false, false]);
  },
);

const proofIn = (bag: string) => {
  const { log, seq } = JSON.parse(readFileSync(join(bag, lines), "utf8").split("\n", 1)[0]!);
  return `data/proofs/${log.split("/").at(-1)}/${seq}.tlog-proof`;
};

test("a package of another version is verified, and what was not made again is said", async () => {
  const say = (said: { tool: { version: string }; more?: string }) => {
    said.tool.version = "9.9.9";
    said.more = "what this version does not know";
  };
  const change: Change = (bag) => editJson(bag, population, (said) => (said.tool.version = "9.9.9"));
  const given = await forged("whole", change, say);
  expect(given.result).toBe("intact");
  expect(given.notChecked.join("\n")).toContain("openrouter-audit 9.9.9 made them");
});

async function addLines(bag: string, file: string) {
  const text = readFileSync(join(bag, "data/logs/audit_2026-11-03.jsonl"), "utf8");
  writeFileSync(join(bag, file), text.replaceAll('"of ada"', '"of eve"'));
  await recount(bag);
}

async function dropDays(bag: string, names: string[], side: "earlier_files" | "later_files") {
  for (const name of names) rmSync(join(bag, "data/logs", name));
  await recount(bag);
  editJson(bag, population, ({ left_out }) => (left_out[side] = 1));
}

async function mixIn(bag: string) {
  const line = readFileSync(join(bags.grace, lines), "utf8").split("\n", 1)[0]!;
  const { log, seq } = JSON.parse(line);
  const proof = filesIn(bags.grace).find((file) =>
    file.endsWith(`${log.split("/").at(-1)}/${seq}.tlog-proof`),
  )!;
  appendFileSync(join(bag, lines), `${line}\n`);
  writeFileSync(join(bag, proof), readFileSync(join(bags.grace, proof)));
  await recount(bag);
}
