import type { AuditEntry, AuditSink, SinkLimits } from "../../src/index.ts";
import { lineOf } from "../../src/index.ts";

/** A sink that keeps lines in memory, and does what it is told to before. */
export class MemorySink implements AuditSink {
  readonly name: string;
  readonly limits: SinkLimits;
  /** Every line it took, as often as it took it. */
  readonly lines: string[] = [];
  batches = 0;
  closed = 0;
  /** What it does with a batch before it keeps it. */
  before: (batch: readonly AuditEntry[], signal: AbortSignal) => unknown = () => undefined;

  constructor(name = "memory", limits: SinkLimits = {}) {
    this.name = name;
    this.limits = limits;
  }

  async write(batch: readonly AuditEntry[], { signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.before(batch, signal);
    this.batches += 1;
    this.lines.push(...batch.map(lineOf));
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}
