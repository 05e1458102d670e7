import type { AuditEntry, AuditSink, JsonObject } from "@openrouter-audit/core";
import type { Wire } from "./wire.ts";

type Awaitable<T> = T | PromiseLike<T>;

/** What the contract suite needs to know of a sink. */
export interface SinkUnderTest {
  /**
   * Opens the sink. Called several times, also after a close: always for the same place, as when a process starts again.
   * The place need not be empty.
   *
   * @param wire put it around what the sink sends to its place to have failures of the place tried; see `faults`
   */
  readonly open: (wire: Wire) => Awaitable<AuditSink>;
  /**
   * What readers of the place get of one log: entries, or their lines, each `id` once, in the order in which the place has
   * them; where it knows no order, by `seq`.
   *
   * @param wanted.entries how many there should be: wait for them when the place shows late what it has acknowledged
   */
  readonly readBack: (wanted: {
    readonly log: string;
    readonly entries: number;
  }) => Awaitable<Iterable<AuditEntry | string> | AsyncIterable<AuditEntry | string>>;
  /** Whether `open` uses the wire. @default false: failures of the place are not tried */
  readonly faults?: boolean;
  /** Metadata that makes the place refuse an entry for ever. @default none: EntriesRejected is not tried */
  readonly reject?: JsonObject;
  /** @default the global `describe` */
  readonly describe?: (name: string, body: () => void) => unknown;
  /** @default the global `test`, else `it` */
  readonly test?: (name: string, body: () => Promise<void>) => unknown;
}
