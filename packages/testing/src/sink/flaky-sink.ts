import { setTimeout as passed } from "node:timers/promises";
import { type AuditEntry, type AuditSink, EntriesRejected, type RejectedEntry } from "@openrouter-audit/core";
import type { SinkFault, SinkScript } from "./sink-fault.ts";

/** A sink that fails as it is told to. */
export interface FlakySink extends AuditSink {
  /** Every write so far, oldest first. */
  readonly writes: readonly FlakyWrite[];
  /** How many writes began while another was running. Always 0: a sink is promised that. */
  readonly overlaps: number;
  /** Decides about the coming writes, before the script does. */
  next(...faults: readonly SinkFault[]): void;
  /** From now on every write fails with this, whatever the script says. @default a fault that keeps nothing */
  goDown(fault?: SinkFault): void;
  /** From now on writes go through, also those that `next` had a fault for. */
  comeBack(): void;
  /** Lets go on what hangs `until_released`. */
  release(): void;
  /** Resolves when so many writes have begun. */
  received(writes: number): Promise<void>;
}

/** One write that came. */
export interface FlakyWrite {
  readonly entries: number;
  /** `rejected`: some entries for good; `running` when it is not over. */
  readonly ended: "running" | "kept" | "failed" | "rejected" | "aborted";
}

/**
 * Puts faults before a sink: failures, lost acknowledgements, slowness, writes that never end, entries that are never taken.
 *
 * @param script what goes wrong. @default nothing, until `next` or `goDown` says so
 */
export function flakySink(sink: AuditSink, script: SinkScript = []): FlakySink {
  const faultOf = typeof script === "function" ? script : ({ index }: { index: number }) => script[index];
  const writes: { entries: number; ended: FlakyWrite["ended"] }[] = [];
  const waiting = new Set<() => void>();
  const next: SinkFault[] = [];
  let down: SinkFault | null = null;
  let hanging: (() => void)[] = [];
  let running = 0;
  let overlaps = 0;

  return {
    name: sink.name,
    ...(sink.limits && { limits: sink.limits }),
    writes,
    get overlaps() {
      return overlaps;
    },
    next(...faults) {
      next.push(...faults);
    },
    goDown(fault = { fail: "before" }) {
      down = fault;
    },
    comeBack() {
      down = null;
      next.length = 0;
    },
    release() {
      for (const letGo of hanging) letGo();
      hanging = [];
    },
    async received(count) {
      while (writes.length < count) await new Promise<void>((come) => waiting.add(come));
    },
    async write(batch, { signal }) {
      const fault = down ?? next.shift() ?? faultOf({ index: writes.length, batch }) ?? {};
      const write: (typeof writes)[number] = { entries: batch.length, ended: "running" };
      writes.push(write);
      for (const come of waiting) come();
      waiting.clear();
      if (running > 0) overlaps += 1;
      running += 1;
      try {
        const released = () => new Promise<void>((letGo) => hanging.push(letGo));
        await writeWith(fault, sink, batch, signal, released);
        write.ended = "kept";
      } catch (error) {
        write.ended = signal.aborted ? "aborted" : error instanceof EntriesRejected ? "rejected" : "failed";
        throw error;
      } finally {
        running -= 1;
      }
    },
    async close() {
      await sink.close?.();
    },
  };
}

async function writeWith(
  { delayMs = 0, hang, reject, fail, error }: SinkFault,
  sink: AuditSink,
  batch: readonly AuditEntry[],
  signal: AbortSignal,
  released: () => Promise<void>,
): Promise<void> {
  if (delayMs > 0) await passed(delayMs, undefined, { signal });
  if (hang === "until_aborted") await aborted(signal);
  if (hang === "until_released") await released();
  const failure = () => error ?? new Error(`The sink ${sink.name} failed, as it was told to.`);
  if (fail === "before") throw failure();
  const rejected = batch.flatMap((entry): RejectedEntry[] => {
    const reason = reject?.(entry) ?? null;
    return reason === null ? [] : [{ id: entry.id, reason }];
  });
  const bad = new Set(rejected.map(({ id }) => id));
  const good = batch.filter(({ id }) => !bad.has(id));
  const kept = typeof fail === "number" ? good.slice(0, fail) : good;
  if (kept.length > 0) await sink.write(kept, { signal });
  if (fail !== undefined) throw failure();
  if (rejected.length > 0) throw new EntriesRejected(rejected);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
