// A process that runs the retention of a journal once, and says what it did.
import { writeSync } from "node:fs";
import { rootKeyFor } from "@openrouter-audit/anchor";
import { retain } from "../../dist/index.js";

const [directory, secret, time] = process.argv.slice(2);
const root = rootKeyFor(directory, { env: { OPENROUTER_AUDIT_SECRET: secret } });
// From when the lock is taken and the anchor log is open: what is done until then is tested with anchors.
const onProgress = () => globalThis.countStepsFromHere();
const { files } = await retain(directory, {}, { root, now: () => new Date(time), onProgress });
writeSync(1, `${JSON.stringify(files.map(({ file, done }) => ({ file, done })))}\n`);
