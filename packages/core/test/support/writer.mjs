// A process that writes to a journal, for tests that need more than one, or need to kill one.
import { writeSync } from "node:fs";
import { AuditLog } from "../../dist/index.js";

const [directory, task, amount] = process.argv.slice(2);
// Otherwise the system ends the process when a file reaches its limit; with a handler the write fails instead.
process.on("SIGXFSZ", () => {});

const audit = new AuditLog({
  directory,
  service: "writer",
  onProblem: ({ code }) => writeSync(1, `problem ${code}\n`),
});
const say = (text) => writeSync(1, `${text}\n`);
const record = async (size) => {
  const { id } = await audit.record({
    event_type: "test.event",
    metadata: Object.fromEntries(Array.from({ length: 7 }, (_, part) => [`part_${part}`, "x".repeat(size)])),
  });
  say(`recorded ${id}`);
};

switch (task) {
  case "some":
    await Promise.all(Array.from({ length: Number(amount) }, () => record(10)));
    await audit.close();
    break;
  case "forever":
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        for (;;) await record(2000);
      }),
    );
    break;
  // Stays when it has written that, until it is killed.
  case "some large":
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        for (let count = 0; count < Number(amount) / 40; count += 1) await record(2000);
      }),
    );
    setInterval(() => {}, 1000);
    break;
  case "read":
    say(`recorded ${(await audit.recordAct({ act: "read", doing: "query" })).id}`);
    setInterval(() => {}, 1000);
    break;
  case "leave":
    await record(10);
    break;
  case "until-refused":
    for (let code; code === undefined; ) code = await record(2000).catch((error) => error.code);
    await audit
      .fetch("https://openrouter.ai/api/v1/chat/completions", { method: "POST", body: "{}" })
      .catch((error) => say(`refused ${error.code}`));
    await audit.close().catch((error) => say(`closed ${error.code}`));
    break;
}
