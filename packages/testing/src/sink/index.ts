// For tests of sinks, and of what is delivered to them: it needs @openrouter-audit/core, which the fake server does not.
export { describeSink } from "./describe-sink.ts";
export { type FlakySink, type FlakyWrite, flakySink } from "./flaky-sink.ts";
export { type MemorySink, type MemorySinkOptions, memorySink } from "./memory-sink.ts";
export type { ScriptedWrite, SinkFault, SinkScript } from "./sink-fault.ts";
export type { SinkUnderTest } from "./sink-under-test.ts";
export type { Wire } from "./wire.ts";
