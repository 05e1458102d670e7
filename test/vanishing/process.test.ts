import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { entriesIn } from "../support/audited-world.ts";

const run = promisify(execFile);

// In a process of its own, as an application is: a rejection that nobody handles ends it. It uses the built packages.
const application = `
  const { AuditLog } = require("@openrouter-audit/core");
  const { startFakeOpenRouter } = require("@openrouter-audit/testing");
  const { default: OpenAI } = require("openai");
  (async () => {
    const fake = await startFakeOpenRouter();
    const audit = new AuditLog({ directory: process.argv[1], baseURL: fake.url, secret: "s".repeat(32), onProblem: () => {} });
    const client = new OpenAI({ apiKey: "sk-or-v1-test", baseURL: fake.url, fetch: audit.fetch, maxRetries: 0 });
    const ask = () => client.chat.completions.create({
      model: "openai/gpt-5-mini", stream: true, messages: [{ role: "user", content: "hi" }],
    });
    const failures = [
      { streamError: { error: 502 } },
      { chunkDelayMs: 5, reset: { afterChunks: 4 } },
      { reset: "before_headers" },
      { error: 402 },
      { text: "one two three four", stall: { afterChunks: 3 } },
    ];
    for (const failure of failures) {
      fake.next(failure);
      try {
        let pieces = 0;
        for await (const _ of await ask()) if (failure.stall && ++pieces === 2) break;
      } catch {}
    }
    fake.next({ chunkDelayMs: 5, reset: { afterChunks: 4 } });
    const unread = await ask();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await audit.close();
    await fake.close();
    console.log("alive");
  })();
`;

test("an application whose calls fail in every way stays alive and ends by itself", async () => {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  const { stdout, stderr } = await run("node", ["-e", application, directory], { timeout: 30_000 });
  expect({ stdout, stderr }).toEqual({ stdout: "alive\n", stderr: "" });
  expect(entriesIn(directory)).toHaveLength(6);
  rmSync(directory, { recursive: true });
});
