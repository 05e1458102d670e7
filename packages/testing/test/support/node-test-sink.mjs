// Run by `node --test`: nothing here knows jest.
import { describe, test } from "node:test";
import { describeSink, memorySink } from "../../dist/sink/index.js";

const memory = memorySink();
describeSink("memory", { open: () => memory, readBack: () => memory.entries, describe, test });
