// A process that anchors a journal once, with all that is kept in files, and says how far it came.
import { writeSync } from "node:fs";
import { anchorJournal, checkpointCopy, knownHeadsFile, rootKeyFor, witnessSink } from "../../dist/index.js";

const [directory, secret, witnessUrl, witnessVkey] = process.argv.slice(2);
const root = rootKeyFor(directory, { env: { OPENROUTER_AUDIT_SECRET: secret } });
const { sinks, head } = await anchorJournal({
  directory,
  root,
  sinks: [
    checkpointCopy(`${directory}/copy`),
    knownHeadsFile(`${directory}/heads.jsonl`),
    witnessSink({ url: witnessUrl, vkey: witnessVkey }),
  ],
});
writeSync(1, `${JSON.stringify({ size: head.size, outcomes: sinks.map(({ outcome }) => outcome) })}\n`);
