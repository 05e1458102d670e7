import type { AnchorSink, RootSigner } from "@openrouter-audit/anchor";
import { aFunction, checkOptions, type OptionRules } from "@openrouter-audit/core/sink";
import { aDirectory, aFlag, anchorSinks, aPerson, aRootKey, aText } from "../option-rules.ts";
import type { Person } from "../person.ts";
import type { PlannedDay } from "./plan-table.ts";

export interface RetainTableOptions {
  /** Where the table is, as its owner: `postgres://owner@host/database`. */
  readonly connectionString: string;
  /** @default "openrouter_audit" */
  readonly schema?: string | undefined;
  /** The anchor log: that of the journal, or one of the table alone. */
  readonly anchors: string;
  /** Where notes are that tie root keys to each other: the journal. @default beside the anchor log */
  readonly rotations?: string | undefined;
  /** The root key. It signs the tombstones. */
  readonly root: RootSigner;
  /** Who does it. */
  readonly person: Person;
  /** Only says what would be done. @default false */
  readonly dryRun?: boolean | undefined;
  /** Nothing goes unless another person approved exactly this plan. @default false */
  readonly secondApprover?: boolean | undefined;
  readonly sinks?: readonly AnchorSink[];
  /** Told of each day that was dropped. */
  readonly onDropped?: ((day: PlannedDay) => void) | undefined;
  /** Told how much of the table was verified. */
  readonly onProgress?:
    | ((progress: { readonly bytes: number; readonly totalBytes: number }) => void)
    | undefined;
  /** @default the clock */
  readonly now?: (() => Date) | undefined;
}

const rules: OptionRules<RetainTableOptions> = {
  connectionString: aText,
  schema: aText,
  anchors: aDirectory,
  rotations: aDirectory,
  root: aRootKey,
  person: aPerson,
  dryRun: aFlag,
  secondApprover: aFlag,
  sinks: anchorSinks,
  onDropped: aFunction,
  onProgress: aFunction,
  now: aFunction,
};

/** @throws AuditError `INVALID_OPTIONS` */
export function checkRetainTableOptions(options: RetainTableOptions): void {
  checkOptions("retainTable", options, rules, ["connectionString", "anchors", "root", "person"]);
}
