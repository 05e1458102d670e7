// A process that delivers to a sink that is a file: one line for each entry, with the number of the process.
import { appendFileSync, writeSync } from "node:fs";
import { AuditLog, lineOf, required } from "../../dist/index.js";

const [directory, file, task] = process.argv.slice(2);
const say = (text) => writeSync(1, `${text}\n`);
const sink = {
  name: "file",
  limits: { entries: 10 },
  async write(batch) {
    appendFileSync(file, batch.map((entry) => `${process.pid} ${lineOf(entry)}\n`).join(""));
  },
};
const audit = new AuditLog({
  directory,
  service: "deliverer",
  sinks: [required(sink)],
  onProblem: ({ code }) => say(`problem ${code}`),
});
const record = async () => {
  const { id } = await audit.record({ event_type: "test.event" });
  say(`recorded ${id}`);
};

if (task === "forever") for (;;) await record();
else if (task === "some") {
  for (let turn = 0; turn < 20; turn += 1) await record();
  await audit.close();
}
