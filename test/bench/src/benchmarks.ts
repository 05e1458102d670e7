import type { Benchmark } from "./benchmark.ts";
import { capture } from "./capture.ts";
import { memory } from "./memory.ts";

/** Every benchmark, by the name it is run by. */
export const benchmarks: Readonly<Record<string, Benchmark>> = { capture, memory };
