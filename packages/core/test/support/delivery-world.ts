import { appendFileSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { AuditProblem } from "../../src/audit-error.ts";
import { AuditEvents } from "../../src/audit-events.ts";
import { JournalDelivery } from "../../src/delivery/journal-delivery.ts";
import { draftEntry } from "../../src/entry/draft-entry.ts";
import type { AuditSink, SinkStatus } from "../../src/index.ts";
import { LogSealer } from "../../src/seal/log-sealer.ts";
import { ManualClock } from "./manual-clock.ts";

/** A log that somebody writes into files, as a process would. */
export class WrittenLog {
  readonly lines: string[] = [];
  readonly #sealer: LogSealer;

  constructor(name = "test") {
    this.#sealer = new LogSealer(name);
  }

  /** Some more lines, at the end of a file. */
  write(path: string, count: number, at = new Date()): string[] {
    const lines = this.seal(count, at);
    appendFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return lines;
  }

  seal(count: number, at = new Date()): string[] {
    const drafts = Array.from({ length: count }, () =>
      draftEntry({
        event_type: "test.event",
        timestamp: at.toISOString(),
        service: { name: "test", version: null, instance: "here/1" },
        status: "success",
        attribution: { how: "no_context", source: null },
      }),
    );
    const lines = this.#sealer.seal(drafts, at).lines.toString().split("\n").slice(0, -1);
    this.lines.push(...lines);
    return lines;
  }
}

/** Compresses a file of a journal, as archiving does. */
export function archive(path: string): void {
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
  unlinkSync(path);
}

/** Delivery from a directory, at a clock that is turned by hand. */
export function deliveryFrom(
  directory: string,
  sinks: readonly (AuditSink | { readonly required: AuditSink })[],
  clock = new ManualClock(),
) {
  const problems: AuditProblem[] = [];
  const lags: SinkStatus[] = [];
  const events = new AuditEvents((problem) => problems.push(problem));
  const recovered: string[] = [];
  events.on("recovered", ({ name }) => recovered.push(name));
  events.on("lag", (status) => lags.push(status));
  const delivery = new JournalDelivery({
    directory,
    sinks: sinks.map((each) =>
      "required" in each ? { sink: each.required, isRequired: true } : { sink: each, isRequired: false },
    ),
    events,
    clock,
  });
  delivery.start();
  opened.push(delivery);
  return {
    clock,
    delivery,
    problems,
    lags,
    recovered,
    codes: () => problems.map(({ code }) => code),
    /** Lets time pass until nothing is left to do, also of what came since it was looked at last. */
    idle: async () => {
      const isIdle = () => delivery.status().every(({ state, lag }) => state === "idle" && lag.bytes === 0);
      do {
        await clock.until(isIdle);
        // It may be of before the newest was written: what unpacks is not seen by the clock, which may run ahead of it.
        await clock.pass(twoLooksMs);
      } while (!isIdle());
    },
    until: (isSo: () => boolean) => clock.until(isSo),
    cursor: (sink: string) => JSON.parse(readFileSync(join(directory, "delivery", `${sink}.json`), "utf8")),
    close: () => delivery.close(0),
  };
}

const twoLooksMs = 500;

const opened: JournalDelivery[] = [];
/** Lets go of every lock, also after a test that failed. */
afterEach(() => {
  for (const delivery of opened.splice(0)) void delivery.close(0);
});
