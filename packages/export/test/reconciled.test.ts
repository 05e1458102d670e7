import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AuditLog } from "@openrouter-audit/core";
import { exportPackage, verifyPackage } from "../src/index.ts";
import { newDirectory, root, secret } from "./support/sealed-days.ts";

test("a package lists the reconciliations that its lines record, and what came of them", async () => {
  const journal = join(newDirectory(), "journal");
  const log = new AuditLog({ directory: journal, secret });
  const parameters = { since: "2026-10-01T00:00:00.000Z", until: "2026-11-01T00:00:00.000Z", keys: null };
  const found = { result: "findings", findings: { missing_in_log: { number: 1, calls: 3 } } };
  const act = await log.recordAct({ act: "reconciled", doing: "openrouter", source: journal, parameters });
  await act.ended({ outcome: "complete", rows: 9, found });
  await (await log.recordAct({ act: "reconciled", doing: "openrouter" })).ended({ outcome: "stopped" });
  await log.close();

  const out = join(newDirectory(), "bag");
  const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  await exportPackage(journal, { since: new Date(day), until: new Date(day + 86_400_000), root, out });
  const { reconciliations } = JSON.parse(readFileSync(join(out, "data/reports/population.json"), "utf8"));
  const own = { log: expect.any(String), seq: expect.any(Number), recorded_at: expect.any(String) };
  expect(reconciliations).toEqual([
    { ...own, outcome: "complete", ...parameters, found },
    { ...own, outcome: "stopped", since: null, until: null, keys: null, found: null },
  ]);
  expect(await verifyPackage(out, { key: root.vkey })).toMatchObject({ result: "intact" });
});
