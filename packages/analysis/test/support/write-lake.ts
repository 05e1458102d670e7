import { writeLake } from "@openrouter-audit/analysis";

// A process of its own that writes a lake, to be killed.
const [, , journal, lake] = process.argv;
await writeLake(journal!, lake!);
process.stdout.write("done\n");
