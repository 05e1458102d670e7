// A witness in a process of its own. Says where it listens, and counts the steps of its work on files only from then on.
import { writeSync } from "node:fs";
import { startWitness } from "../../dist/index.js";

const [state, log] = process.argv.slice(2);
const { port, vkey } = await startWitness({
  host: "127.0.0.1",
  port: 0,
  logs: [log],
  state,
  key: `${state}/key`,
  name: "witness.example",
});
writeSync(1, `${JSON.stringify({ port, vkey })}\n`);
globalThis.countStepsFromHere();
