// A process without a disk that makes calls, as a serverless function does. Its sink asks the parent process for each write:
// it says "write <n>", and what the parent answers is what becomes of it.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { AuditLog, required } from "../../packages/core/dist/index.js";

const { flushes = false, closes = false, ...options } = JSON.parse(process.argv[2]);
const say = (line) => writeSync(1, `${line}\n`);
const answers = [];
let heard = () => {};
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  answers.push(line);
  heard();
});
const answer = async () => {
  while (answers.length === 0) await new Promise((resolve) => (heard = resolve));
  return answers.shift();
};

const parent = {
  name: "parent",
  async write(batch) {
    for (const entry of batch) say(`entry ${JSON.stringify(entry)}`);
    say(`write ${batch.length}`);
    const said = await answer();
    if (said !== "kept") throw new Error(said);
  },
};

const audit = new AuditLog({
  journal: false,
  service: "handler",
  sinks: [options.guarantee === "best_effort" ? parent : required(parent)],
  fetch: async () =>
    Response.json({ id: "gen-1", model: "openai/gpt-5-mini", choices: [{ message: { content: "yes" } }] }),
  apiKey: "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  onProblem: ({ code }) => say(`problem ${code}`),
  ...options,
});
say(`key ${audit.publicKey}`);
try {
  say(`answer ${await audit.ask("Is it?", { model: "openai/gpt-5-mini", userId: "ada" })}`);
  if (flushes) await audit.flush();
  if (flushes) say("flushed");
  if (closes) await audit.close();
} catch ({ code, message }) {
  say(`error ${code} ${message}`);
}
// Nothing else keeps the process: what is left to do is done before it ends.
process.stdin.unref();
