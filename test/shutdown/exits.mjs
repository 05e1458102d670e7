// A process that records, makes a call that does not end, and then ends in one of the ways in which processes do.
import { AuditLog } from "@openrouter-audit/core";

const { how, directory, baseURL, audit: options } = JSON.parse(process.argv[2]);
const say = (text) => process.stdout.write(`${text}\n`);
const audit = new AuditLog({
  directory,
  baseURL,
  secret: "a secret for tests only, 32 bytes or longer",
  ...options,
});

await Promise.all(
  Array.from({ length: 20 }, async () =>
    say(`recorded ${(await audit.record({ event_type: "test.event" })).id}`),
  ),
);
const url = `${baseURL}/chat/completions`;
const ask = () => audit.fetch(url, { method: "POST", body: "{}" });
const isAlone = how === "natural end" || how === "disconnect of a worker";
const answer = isAlone ? null : await ask();
const behind = Promise.all(Array.from({ length: 20 }, () => audit.record({ event_type: "test.behind" })));
behind.catch(() => undefined);

const ways = {
  "process.exit()": () => process.exit(3),
  "uncaught exception": () => {
    setImmediate(() => {
      throw new Error("on purpose");
    });
  },
  "unhandled rejection": () => void Promise.reject(new Error("on purpose")),
  "natural end": () => undefined,
  // What was said to the parent must not hold the process.
  "disconnect of a worker": () => {
    process.on("disconnect", () => say("disconnected"));
    say("waiting for it");
  },
  "exit in the middle of close()": () => {
    void audit.close();
    process.exit(3);
  },
  SIGKILL: () => process.kill(process.pid, "SIGKILL"),
  "SIGTERM without a handler": () => process.kill(process.pid, "SIGTERM"),
  "close() in a handler of uncaught exceptions": () => {
    process.on(
      "uncaughtException",
      () => void audit.close("uncaughtException").finally(() => process.exit(1)),
    );
    setImmediate(() => {
      throw new Error("on purpose");
    });
  },
};
ways[how]();
void answer;
