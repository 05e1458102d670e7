import type { AuditLogOptions } from "@openrouter-audit/core";
import type { FileSinkSetting } from "./file-sink.ts";

/** What a caller, a process that makes audited calls, is started with. */
export interface CallerSetting {
  /** Its calls are named `NAME-1`, `NAME-2` and so on, upstream in `user`, in the entry in `metadata.call`. */
  readonly name: string;
  /** The base URL of the fake OpenRouter; null answers in the process, and a whole answer comes at once. */
  readonly upstream: string | null;
  readonly audit: Omit<AuditLogOptions, "fetch" | "onProblem" | "sinks">;
  readonly sinks?: readonly FileSinkSetting[];
  /** Calls that it makes unasked, as soon as it is there. */
  readonly calls?: CallOrder;
  /** How it ends, after so many of its callers were answered. @default it lives until it is ended */
  readonly death?: { readonly how: Death; readonly afterAnswers: number };
  /** Whether it closes the log in order on SIGTERM. @default false */
  readonly closesOnSignals?: boolean;
  /** Whether metadata of so many bytes are added to each call. @default 0 */
  readonly metadataBytes?: number;
}

/** `end`: nothing is left to do; `signal` waits for the one that comes from outside. */
export type Death = "kill" | "throw" | "exit" | "end";

export interface CallOrder {
  readonly count: number;
  readonly concurrency: number;
  /** Every how many calls one is streamed; 0: none. @default 3 */
  readonly streamEvery?: number;
  /** Whether each outcome is told; else only the totals. @default true */
  readonly told?: boolean;
}

export type Question =
  | { readonly do: "calls"; readonly order: CallOrder }
  | { readonly do: "close" }
  | { readonly do: "flush"; readonly timeoutMs: number }
  | { readonly do: "memory" }
  | { readonly do: "end" };

/** How a call went for who made it. */
export type CallOutcome = "answered" | "refused" | "failed";

export interface CallTotals {
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
  /** How many reached the upstream in the process; 0 with one outside. */
  readonly sent: number;
}

/** Bytes, after a collection of garbage. */
export interface MemoryUse {
  readonly heap: number;
  readonly rss: number;
}

export type Report =
  | { readonly call: string; readonly how: CallOutcome; readonly code: string }
  | { readonly event: string; readonly about: unknown }
  | { readonly answer: unknown };
