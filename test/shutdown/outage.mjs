// A process that makes calls while its journal cannot be written, as `onFailure: "continue"` allows, and then ends.
import { rmSync, writeFileSync } from "node:fs";
import { AuditLog } from "@openrouter-audit/core";

const { how, directory, calls, audit: options } = JSON.parse(process.argv[2]);
const audit = new AuditLog({
  directory,
  secret: "a secret for tests only, 32 bytes or longer",
  apiKey: "sk-or-v1-test",
  onFailure: "continue",
  fetch: async () => new Response("{}"),
  ...options,
});
audit.closeOnSignals();
await audit.record({ event_type: "test.event" });
rmSync(audit.directory, { recursive: true });
writeFileSync(audit.directory, "no directory");
const url = "https://openrouter.ai/api/v1/chat/completions";
for (let call = 0; call < calls; call += 1) {
  const answer = await audit.fetch(url, { method: "POST", body: "{}" });
  await answer.text();
  process.stdout.write(`answered ${answer.status}\n`);
}
if (how === "SIGTERM") {
  // A server would keep it alive.
  setInterval(() => undefined, 1000);
  process.kill(process.pid, "SIGTERM");
}
