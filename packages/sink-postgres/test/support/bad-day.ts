import type { AuditSink } from "@openrouter-audit/core";
import { postgresSink } from "@openrouter-audit/sink-postgres";
import { sampleEvents } from "../../../testing/src/sink/sample-drafts.ts";
import { SampleLog } from "../../../testing/src/sink/sample-log.ts";
import type { World } from "./world.ts";

/** A sink that had good days, with what comes next for it. */
export class BadDay {
  readonly sink: AuditSink;
  readonly log: SampleLog;
  readonly #world: World;

  private constructor(world: World, log: SampleLog, sink: AuditSink) {
    this.#world = world;
    this.log = log;
    this.sink = sink;
  }

  static async begin(world: World, connectionString = world.writer): Promise<BadDay> {
    return new BadDay(world, await SampleLog.begin(), postgresSink({ connectionString }));
  }

  /** Writes all that the log has so far, and three entries more. */
  async write(signal = new AbortController().signal): Promise<void> {
    this.log.add(...sampleEvents(3));
    await this.sink.write(this.log.entries, { signal });
  }

  /** What a write is refused with: its message. */
  async refusal(signal?: AbortSignal): Promise<string> {
    const error = await this.write(signal).then(
      () => new Error("it was kept"),
      (reason: Error) => reason,
    );
    return error.message;
  }

  /** Writes everything again, as delivery does, and asserts that it is there: once, in order, to the byte. */
  async recover(): Promise<void> {
    await this.write();
    expect(await this.#world.lines(this.log.origin)).toEqual([...this.log.lines.values()]);
    await this.sink.close?.();
  }
}
