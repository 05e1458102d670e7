import type { AuditEntry, AuditSink, SinkLimits } from "@openrouter-audit/core";

/** A sink that keeps entries in memory: for tests that look at what was delivered. */
export interface MemorySink extends AuditSink {
  /** What it was given, in order, each `id` once. */
  readonly entries: readonly AuditEntry[];
  /** Whether it was closed. */
  readonly closed: boolean;
}

export interface MemorySinkOptions {
  /** @default "memory" */
  readonly name?: string;
  /** @default none of its own */
  readonly limits?: SinkLimits;
}

export function memorySink({ name = "memory", limits }: MemorySinkOptions = {}): MemorySink {
  const kept = new Map<string, AuditEntry>();
  let closed = false;
  return {
    name,
    ...(limits && { limits }),
    get entries() {
      return [...kept.values()];
    },
    get closed() {
      return closed;
    },
    async write(batch, { signal }) {
      signal.throwIfAborted();
      for (const entry of batch) if (!kept.has(entry.id)) kept.set(entry.id, entry);
    },
    async close() {
      closed = true;
    },
  };
}
