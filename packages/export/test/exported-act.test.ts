import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditEntry, AuditLog } from "@openrouter-audit/core";
import { type ExportOptions, exportPackage } from "../src/index.ts";
import { newDirectory, root, sealedCallsOf, secret } from "./support/sealed-days.ts";

const day = { since: new Date("2026-11-03"), until: new Date("2026-11-04") };
const token = "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

const actsIn = (directory: string) =>
  readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(join(directory, name), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as AuditEntry)
    .filter(({ event_type }) => event_type === "audit.exported");

test("who exports is written into the log that is given, before and after, with the ids as entries have them", async () => {
  const journal = await sealedCallsOf(["ada"]);
  const acts = new AuditLog({ directory: newDirectory(), secret });
  const out = join(newDirectory(), "bag");
  const asked: ExportOptions = { ...day, root, out, acts, subject: "ada" };
  await acts.run({ user: () => ({ id: "grace", source: "a test" }) }, () => exportPackage(journal, asked));
  const controller = new AbortController();
  const stopped = exportPackage(journal, {
    ...asked,
    out: join(newDirectory(), "bag"),
    subject: token,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(stopped).rejects.toThrow();
  await expect(exportPackage(journal, asked)).rejects.toMatchObject({ code: "PACKAGE_UNWRITABLE" });
  await acts.close();
  const found = actsIn(acts.directory!);
  expect(found.map(({ detail }) => [detail?.state, detail?.outcome ?? null, detail?.rows ?? null])).toEqual([
    ["begun", null, null],
    ["ended", "complete", 2],
    ["begun", null, null],
    ["ended", "stopped", null],
    ["begun", null, null],
    ["ended", "failed", null],
  ]);
  expect(found[0]).toMatchObject({
    user_id: "grace",
    detail: {
      doing: "subject_access",
      source: journal,
      parameters: { subject: "ada", format: "bagit", out },
    },
  });
  expect(JSON.stringify(found)).not.toContain(token);
});

test("where it cannot be written down who exports, nothing is exported", async () => {
  const journal = await sealedCallsOf(["ada"]);
  const out = join(newDirectory(), "bag");
  const acts = { recordAct: () => Promise.reject(new Error("no room")) };
  await expect(exportPackage(journal, { ...day, root, out, acts })).rejects.toThrow("no room");
  expect(existsSync(out)).toBe(false);
});
