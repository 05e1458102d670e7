import { quantile } from "./statistics.ts";

/** How many calls to make, and how many of them at once. */
export interface BatchSize {
  readonly calls: number;
  readonly concurrency: number;
}

/** What a batch of calls took. */
export interface BatchCost {
  /** User and system time of all threads for each call, in microseconds. */
  readonly cpuUs: number;
  /** By the clock. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function runBatch(call: () => Promise<void>, size: BatchSize): Promise<BatchCost> {
  // Nothing is collected before: with no call under way V8 forgets what shapes their objects have, and with them the code it
  // made for these; each batch would pay for making it anew.
  const latencies: number[] = [];
  const begun = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: size.concurrency }, caller));
  const { user, system } = process.cpuUsage(before);
  const perSecond = size.calls / ((performance.now() - begun) / 1e3);
  return {
    cpuUs: (user + system) / size.calls,
    perSecond,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };

  async function caller(_: unknown, index: number): Promise<void> {
    for (let next = index; next < size.calls; next += size.concurrency) {
      const begun = performance.now();
      await call();
      latencies.push(performance.now() - begun);
    }
  }
}
