// An application that records some entries, says on file descriptor 3 how its log is, and ends.
import { writeSync } from "node:fs";
import { AuditLog } from "@openrouter-audit/core";
import { stdoutSink } from "@openrouter-audit/sink-stdout";

const [directory, count] = process.argv.slice(2);
const problems: string[] = [];
const audit = new AuditLog({
  directory: directory!,
  secret: "a secret for tests, 32 bytes or more",
  sinks: [stdoutSink()],
  onProblem: ({ code, message }) => problems.push(`${code}: ${message}`),
});
for (let index = 0; index < Number(count); index += 1)
  await audit.record({ event_type: "answer.approved", metadata: { index } });
const flushed = await audit.flush({ timeoutMs: 1000 }).then(
  () => "everything is delivered",
  ({ code }) => code,
);
await audit.close({ deliverMs: 100 });
writeSync(3, JSON.stringify({ flushed, problems }));
