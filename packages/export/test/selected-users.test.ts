import { readFileSync } from "node:fs";
import { join } from "node:path";
import { identifierOf } from "@openrouter-audit/core";
import { exportPackage, verifyPackage } from "../src/index.ts";
import { newDirectory, now, root, sealedCallsOf } from "./support/sealed-days.ts";

const day = { since: new Date("2026-11-03"), until: new Date("2026-11-04") };
const key = "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const reversed = "ada\u202egpj";
const names = ["ada", "ada*", "adam", "*", "grace", reversed, identifierOf(key)!];
let journal: string;
beforeAll(async () => {
  journal = await sealedCallsOf(names);
});

async function exported(asked: { subject: string } | { users: string[] }) {
  const out = join(newDirectory(), "bag");
  await exportPackage(journal, { ...day, root, now, out, ...asked });
  const text = (file: string) => readFileSync(join(out, file), "utf8");
  const lines = text("data/logs/entries.jsonl").trimEnd().split("\n");
  const users = lines.map((line) => (JSON.parse(line) as { user_id: string }).user_id);
  return { out, text, users };
}

test.each(["ada", "ada*", "*"])(
  "a subject gets their own entries, whatever they call themselves: %j",
  async (subject) => {
    const { users, out } = await exported({ subject });
    expect(users).toEqual([subject, subject]);
    expect(await verifyPackage(out, { key: root.vkey })).toMatchObject({ result: "intact" });
  },
);

test("users are named one by one, and a star is a star", async () => {
  const { users } = await exported({ users: ["ada*", "grace", "ada*"] });
  expect(users.sort()).toEqual(["ada*", "ada*", "grace", "grace"]);
});

test("a secret that was taken for a name stands nowhere in a package, and no name turns text around", async () => {
  const { text, users } = await exported({ users: [key, reversed] });
  expect(users).toContain(identifierOf(key));
  for (const file of ["data/reports/population.json", "README-VERIFY.md", "bag-info.txt"]) {
    expect([file, text(file).includes(key)]).toEqual([file, false]);
    expect([file, text(file).includes("\u202e")]).toEqual([file, false]);
    expect(text(file)).toContain(identifierOf(key));
  }
});
