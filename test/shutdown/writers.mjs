// Processes that write to one journal: the workers of a cluster, each of which is replaced when it dies, or one process alone.

import cluster from "node:cluster";
import { writeSync } from "node:fs";
import { AuditLog } from "@openrouter-audit/core";

const {
  directory,
  files,
  workers = 0,
  entries = Number.POSITIVE_INFINITY,
  audit: options,
} = JSON.parse(process.argv[2]);
// Of several processes, to one pipe: lines as short as these are written whole.
const say = (text) => writeSync(1, `${text}\n`);

async function write() {
  const audit = new AuditLog({
    directory,
    files,
    secret: "a secret for tests only, 32 bytes or longer",
    service: "writer",
    onProblem: ({ code }) => say(`problem ${code}`),
    ...options,
  });
  audit.closeOnSignals();
  const one = async () => {
    for (let count = 0; count < entries; count += 1) {
      const { id } = await audit.record({ event_type: "test.event", metadata: { text: "x".repeat(500) } });
      say(`recorded ${process.pid} ${id}`);
    }
  };
  await Promise.all(Array.from({ length: 5 }, one)).catch(({ code }) => say(`refused ${code}`));
}

if (cluster.isPrimary && workers > 0) {
  for (let count = 0; count < workers; count += 1) cluster.fork();
  cluster.on("exit", ({ process: { pid } }, code, signal) => {
    say(`gone ${pid} ${signal ?? code}`);
    if (signal === "SIGKILL") cluster.fork();
  });
} else {
  say(`began ${process.pid}`);
  await write();
}
