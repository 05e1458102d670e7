import type { Benchmark } from "./benchmark.ts";
import { capture } from "./capture.ts";
import { memory } from "./memory.ts";
import { seal } from "./seal.ts";
import { verify } from "./verify.ts";

/** Every benchmark, by the name it is run by. */
export const benchmarks: Readonly<Record<string, Benchmark>> = { capture, memory, seal, verify };
