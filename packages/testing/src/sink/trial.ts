import { strict as assert } from "node:assert";
import type { AuditEntry, AuditSink } from "@openrouter-audit/core";
import { batchesWithin } from "./batches-within.ts";
import { assertKept } from "./kept.ts";
import { SampleLog } from "./sample-log.ts";
import { endingOf } from "./settled.ts";
import type { SinkUnderTest } from "./sink-under-test.ts";
import { FaultyWire } from "./wire.ts";

/** A promise of the contract: its sentence, and how it is tried. */
export type SinkPromise = readonly [sentence: string, tried: (trial: Trial) => Promise<void>];

/** One sink, opened for one test, and a log that is given to it. Writes never overlap, as a sink is promised. */
export class Trial {
  readonly log: SampleLog;
  readonly wire = new FaultyWire();
  readonly given: SinkUnderTest;
  #sink: AuditSink | null = null;

  private constructor(given: SinkUnderTest, log: SampleLog) {
    this.given = given;
    this.log = log;
  }

  /** Tries a promise with the sink opened, and the first entry of a log written. */
  static async of(given: SinkUnderTest, tried: SinkPromise[1]): Promise<void> {
    const trial = new Trial(given, await SampleLog.begin());
    await trial.open();
    try {
      await trial.write(trial.log.entries);
      await tried(trial);
    } catch (error) {
      trial.wire.heal();
      // That it does not close either is not the first thing to know of it.
      await endingOf(trial.close());
      throw error;
    }
    trial.wire.heal();
    await trial.close();
  }

  get sink(): AuditSink {
    assert(this.#sink, "The sink is closed.");
    return this.#sink;
  }

  async open(): Promise<void> {
    this.#sink = await this.given.open(this.wire.through);
  }

  async close(): Promise<void> {
    const sink = this.#sink;
    this.#sink = null;
    await sink?.close?.();
  }

  /** Writes entries as delivery does: cut to the limits, one batch after the other. */
  async write(entries: readonly AuditEntry[]): Promise<void> {
    for (const batch of batchesWithin(this.sink.limits, entries)) await this.writeWhole(batch);
  }

  /** Writes one batch. */
  async writeWhole(batch: readonly AuditEntry[], signal?: AbortSignal): Promise<void> {
    const calm = new AbortController().signal;
    const answer: unknown = await this.sink.write(batch, { signal: signal ?? calm });
    assert.equal(answer, undefined, "write resolves with nothing: who delivers has no use for an answer.");
  }

  /**
   * Asserts that the place has every entry of the log so far: once, in order, the same to the byte, and verified.
   *
   * @param setAside the ids of those it need not have
   */
  async assertKept(setAside: readonly string[] = []): Promise<void> {
    await assertKept(this.given, this.log, new Set(setAside));
  }
}
