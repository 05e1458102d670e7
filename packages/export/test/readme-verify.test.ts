import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportPackage, verifyPackage } from "../src/index.ts";
import { copyOf, edit, filesIn, recount, rehash, resign } from "./support/forger.ts";
import { newDirectory, now, root, sealedCallsOf } from "./support/sealed-days.ts";

const day = { since: new Date("2026-11-03"), until: new Date("2026-11-04") };
const lines = "data/logs/entries.jsonl";
/** What looks like the places of an entry, within it. */
const misleading = {
  a: ',"log":"x","metadata":{',
  b: 1,
  log: "x/y",
  metadata: { seq: 7, service: '"}],"seq":9' },
};

async function selectionOf(change: (journal: string) => void = () => undefined): Promise<string> {
  const journal = await sealedCallsOf(["ada", "grace"], misleading);
  change(journal);
  const out = join(newDirectory(), "bag");
  await exportPackage(journal, { ...day, root, now, out, users: ["ada"] });
  return out;
}

function follow(bag: string, variables: Record<string, string> = {}) {
  const text = readFileSync(join(bag, "README-VERIFY.md"), "utf8");
  const script = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!).join("\n");
  const env = { ...process.env, KEY: root.vkey, ...variables };
  return spawnSync("bash", ["-c", script], { cwd: bag, env, encoding: "utf8" });
}

test("the commands find the proof of an entry whose metadata looks like another's place", async () => {
  const { status, stdout } = follow(await selectionOf());
  expect([status, stdout]).toEqual([0, expect.stringContaining("2 of 2 entries are proven")]);
});

test("an entry without a proof makes them fail, unless the package says that it has none", async () => {
  const bag = copyOf(await selectionOf());
  edit(bag, lines, (text) => text.replaceAll('"user_id":"ada"', '"user_id":"eve"'));
  for (const file of filesIn(bag).filter((name) => name.endsWith(".tlog-proof"))) rmSync(join(bag, file));
  await recount(bag);
  await resign(bag);
  const { status, stdout } = follow(bag);
  expect([status === 0, stdout.includes("entries are proven")]).toEqual([false, false]);

  const said = await selectionOf((journal) => {
    const file = join(journal, "audit_2026-11-03.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll('"cost_usd":0.001', '"cost_usd":0.002'));
  });
  expect(await verifyPackage(said, { key: root.vkey })).toMatchObject({ result: "tampered" });
  const told = follow(said);
  expect([told.status, told.stdout]).toEqual([0, expect.stringContaining("0 of 2 entries are proven")]);
  expect(told.stdout.match(/^NOT PROVEN/gm)).toHaveLength(2);
});

test("a line that stands there twice makes them fail", async () => {
  const bag = copyOf(await selectionOf());
  edit(bag, lines, (text) => text + text);
  await resign(bag);
  expect(follow(bag).status).not.toBe(0);
});

test("of a line that was changed, with manifests made anew, they say that the signature is for other files", async () => {
  const bag = copyOf(await selectionOf());
  edit(bag, lines, (text) => text.replace('"user_id":"ada"', '"user_id":"eve"'));
  rehash(bag);
  const { status, stderr } = follow(bag);
  expect([status, stderr]).toEqual([1, expect.stringContaining("for other files than these")]);
});

test("every line is checked by the script of the package, or by the one that VERIFY_SCRIPT names", async () => {
  const bag = join(newDirectory(), "bag");
  await exportPackage(await sealedCallsOf(["ada"]), { ...day, root, now, out: bag });
  expect(follow(bag).stdout).toContain("intact: every line");
  const own = join(newDirectory(), "own.sh");
  writeFileSync(own, "echo this one was run; exit 1");
  const { status, stdout } = follow(bag, { VERIFY_SCRIPT: own });
  expect([status, stdout]).toEqual([1, expect.stringContaining("this one was run")]);
});
