import { writeLake } from "@openrouter-audit/analysis";

// A process of its own that writes a lake, to be killed. It runs what was built.
const [, , journal, lake] = process.argv;
await writeLake(journal, lake);
