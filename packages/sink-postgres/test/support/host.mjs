// A process on a host of its own: its journal, and the table that it shares with others.
import { writeSync } from "node:fs";
import { AuditLog } from "@openrouter-audit/core";
import { postgresSink } from "../../dist/index.js";

const [directory, connectionString, amount] = process.argv.slice(2);
const audit = new AuditLog({
  directory,
  service: "host",
  sinks: [postgresSink({ connectionString })],
  onProblem: ({ code }) => writeSync(1, `problem ${code}\n`),
});
const record = async () => {
  const entries = Array.from({ length: Number(amount) }, () => audit.record({ event_type: "test.event" }));
  await Promise.all(entries);
  writeSync(1, "recorded\n");
};

await record();
for await (const _ of process.stdin) {
  await record();
  break;
}
// What is undelivered when a log is closed waits for the next process; this one is the last.
for (;;) {
  try {
    await audit.flush();
    break;
  } catch {}
}
await audit.close();
