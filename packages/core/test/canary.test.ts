import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newDirectory, openLog } from "./support/journals.ts";

const secret = "canary-of-the-audit-secret-0123456789abcdef";
const apiKey = "sk-or-v1-canary0123456789abcdef0123456789abcdef";
const token = "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOiJ0b2tlbiJ9.canarySignature0123456789";

/** Every byte below a directory, as text. */
function bytesIn(directory: string): string {
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), "latin1"))
    .join("\n");
}

test("no secret reaches the directory of the journal, whichever way it is handed in", async () => {
  const directory = newDirectory();
  const fetch = () =>
    Promise.reject(new Error(`connect to https://ada:canary-password@proxy with ${apiKey}`));
  const { log } = openLog(directory, { secret, apiKey, fetch, service: `service ${apiKey}` });
  const context = {
    userId: `user ${token}`,
    tenantId: `tenant ${apiKey}`,
    sessionId: `Bearer ${token}`,
    request: () => ({
      id: apiKey,
      method: "GET",
      route: `/x?key=${apiKey}`,
      ip: null,
      user_agent: `agent ${token}`,
      trace_id: null,
    }),
    metadata: { password: "canary-password", [apiKey]: 1, nested: [{ note: `the key is ${apiKey}!` }] },
  };
  await log.run(context, async () => {
    await log.record({
      event_type: "test.event",
      error_type: apiKey,
      error_message: `Authorization: Bearer ${token}`,
      model: `openai/${apiKey}`,
      metadata: { cause: new Error(`postgres://ada:canary-password@db`), authorization: token },
    });
    await log.ask(`prompt with canary-prompt`, { model: "openai/gpt-5-mini" }).catch(() => undefined);
  });
  await log.close(`closed by ${apiKey}`);
  const written = bytesIn(directory);
  expect(written.split("\n").filter((line) => line.includes("test.event"))).toHaveLength(1);
  expect(written).toContain("chat_completion");
  for (const canary of [
    "canary-of",
    "canary0123",
    "eyJjYW5hcnk",
    "canarySignature",
    "canary-password",
    "canary-prompt",
  ])
    expect([canary, written.indexOf(canary)]).toEqual([canary, -1]);
});
