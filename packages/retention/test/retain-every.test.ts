import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditProblem } from "@openrouter-audit/core";
import { type RetentionRun, retainEvery } from "../src/index.ts";
import { oldJournal, root } from "./support/old-journal.ts";

const now = () => new Date("2026-11-26T12:00:00.000Z");

test("it runs at once, tells what it did, and ends when it is stopped", async () => {
  const { directory } = oldJournal();
  const runs: RetentionRun[] = [];
  const problems: unknown[] = [];
  const onProblem = (problem: unknown) => problems.push(problem);
  await retainEvery({ directory, policy: {}, root, now, onRun: (run) => runs.push(run), onProblem }).stop();
  expect(runs.map(({ files }) => files.filter(({ done }) => done === "deleted").length)).toEqual([5]);
  expect(problems).toEqual([]);
});

test("a policy that contradicts itself is refused at once; what comes later is told", async () => {
  const { directory } = oldJournal();
  expect(() => retainEvery({ directory, root, policy: { minimum: "2y", maximum: "1y" } })).toThrow(
    expect.objectContaining({ code: "RETENTION_CONFLICT" }),
  );
  expect(() => retainEvery({ directory, policy: {}, root, everyMs: 1 })).toThrow("everyMs");
  const codes: string[] = [];
  const onProblem = ({ code }: { code: string }) => codes.push(code);
  await retainEvery({ directory: join(directory, "elsewhere"), policy: {}, root, onProblem }).stop();
  expect(codes).toEqual(["JOURNAL_UNREADABLE"]);
});

test("that nobody approved, and that a sink did not keep the anchor, is told", async () => {
  const { directory } = oldJournal();
  const problems: AuditProblem[] = [];
  const sinks = [{ name: "elsewhere", keep: () => Promise.reject(new Error("no")) }];
  const onProblem = (problem: AuditProblem) => problems.push(problem);
  await retainEvery({ directory, policy: {}, root, now, sinks, secondApprover: true, onProblem }).stop();
  expect(problems.map(({ code }) => code)).toEqual(["ANCHOR_NOT_KEPT", "NOT_APPROVED"]);
  expect(problems[1]!.message).toMatch(/the plan [0-9a-f]{64} needs a second person/);
});

test("that the journal is tampered with is told", async () => {
  const { directory } = oldJournal();
  const path = join(directory, "audit_2026-06-02.jsonl");
  const before = readFileSync(path, "utf8");
  const codes: string[] = [];
  const onProblem = ({ code }: AuditProblem) => codes.push(code);
  writeFileSync(path, before.replace('"carl"', '"karl"'));
  await retainEvery({ directory, policy: {}, root, now, onProblem }).stop();
  expect(codes).toContain("RETENTION_STOPPED");
});
