// For tests of sinks, and of what is delivered to them: it needs @openrouter-audit/core, which the fake server does not.
export { type FlakySink, type FlakyWrite, flakySink } from "./flaky-sink.ts";
export { type MemorySink, type MemorySinkOptions, memorySink } from "./memory-sink.ts";
export type { ScriptedWrite, SinkFault, SinkScript } from "./sink-fault.ts";
