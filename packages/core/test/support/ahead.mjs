// A process that makes calls in write_ahead to a server that never answers, or that only opens the journal.
import { writeSync } from "node:fs";
import { AuditLog } from "../../dist/index.js";

const [directory, baseURL, calls, options = "{}"] = process.argv.slice(2);
const say = (text) => writeSync(1, `${text}\n`);
const audit = new AuditLog({
  directory,
  baseURL,
  service: "ahead",
  guarantee: "write_ahead",
  onProblem: ({ code, message }) => say(`problem ${code} ${message}`),
  ...JSON.parse(options),
});
for (let call = 0; call < Number(calls); call += 1) {
  const body = JSON.stringify({ model: `test/model-${call}`, messages: [] });
  const sent = audit.run({ userId: `user-${call}` }, () =>
    audit.fetch(`${baseURL}/chat/completions`, { method: "POST", body }),
  );
  sent
    .then((response) => response.text())
    .then(
      () => say("answered"),
      ({ code }) => say(`failed ${code}`),
    );
}
await audit.flush();
say("open");
// Until it is killed, or told to end.
process.stdin.resume();
process.stdin.on("end", () => audit.close().then(() => process.exit(0)));
