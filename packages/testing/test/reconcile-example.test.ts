import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog } from "@openrouter-audit/core";
import { reconcile } from "@openrouter-audit/reconcile";
import { startFakeOpenRouter } from "@openrouter-audit/testing";

test("a call that bypassed the log is found", async () => {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  await using fake = await startFakeOpenRouter({ managementKeys: ["sk-or-v1-management"], now });
  const directory = mkdtempSync(join(tmpdir(), "reconcile-"));
  const audit = new AuditLog({
    directory,
    secret: "a secret for tests, of 32 bytes or more",
    apiKey: "sk-or-v1-test",
    baseURL: fake.url,
  });
  const since = new Date();
  await audit.ask("good morning", { userId: "ada", model: "openai/gpt-5-mini" });
  await audit.close();
  fake.keepGeneration({ id: "gen-past-the-log", created_at: new Date().toISOString() });

  aheadMs = 86_400_000; // tomorrow, for both: the day of these calls is over
  const { result, findings } = await reconcile({
    entries: directory,
    openRouter: { managementKey: "sk-or-v1-management", baseURL: fake.url },
    period: { since },
    clock: {
      now,
      async wait(ms) {
        aheadMs += ms; // over at once
      },
    },
  });
  expect(result).toBe("findings");
  expect(findings).toMatchObject([{ kind: "missing_in_log", model: "openai/gpt-5-mini", calls: 1 }]);
  rmSync(directory, { recursive: true });
});
