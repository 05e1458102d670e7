import type { Benchmark } from "./benchmark.ts";
import { capture } from "./capture.ts";
import { journal } from "./journal.ts";
import { memory } from "./memory.ts";
import { postgres } from "./postgres.ts";
import { query } from "./query.ts";
import { seal } from "./seal.ts";
import { verify } from "./verify.ts";

/** Every benchmark, by the name it is run by. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  capture,
  journal,
  memory,
  postgres,
  query,
  seal,
  verify,
};
