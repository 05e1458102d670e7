import { type AuditEntry, isProcessEnded } from "@openrouter-audit/core";
import { aFunction, checkOptions, wholeNumber } from "@openrouter-audit/core/sink";
import type { EntryTable } from "../entries/entry-table.ts";
import { entriesOf } from "../entries/open-entries.ts";
import { aSignal } from "../entries/option-rules.ts";
import { correctionOf } from "./correction-of.ts";
import { type FindOptions, type FoundEntry, findEntries } from "./find-entries.ts";
import { type Neighbours, neighboursOf } from "./neighbours.ts";

export interface LookUpOptions extends FindOptions {
  /** How many neighbours at most. @default 50 */
  readonly neighbours?: number | undefined;
}

/** What somebody looked for. */
export interface LookedUp {
  /** The entry that was meant; null when none fits, or several do. */
  readonly found: FoundEntry | null;
  /** Those that fit, when it is not clear which is meant, in the order of the log, at most 100. */
  readonly several: readonly FoundEntry[];
  /** What belongs to the entry: of the same exchange, call, incoming request or trace. */
  readonly neighbours: Neighbours;
  /** What was learnt later of its cost and tokens (`audit.corrected`), within a month; null when nothing was. */
  readonly correction: AuditEntry | null;
}

/**
 * One entry and what belongs to it, by its `id`, the beginning of one, a place in a log (`LOG#SEQ`), or the id of a generation, an exchange
 * or a call: of the entries of one call the last end, for the others are its neighbours. Each id once, system entries too.
 *
 * @param source an opened table, or a place as `openEntries` takes it
 * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`; the signal's reason
 */
export async function lookUp(
  source: EntryTable | string,
  wanted: string,
  options: LookUpOptions = {},
): Promise<LookedUp> {
  checkOptions("lookUp", options, {
    neighbours: wholeNumber("entries", 0),
    onProgress: aFunction,
    signal: aSignal,
  });
  const { table, close } = await entriesOf(source);
  try {
    return await lookedUpIn(table, wanted, options);
  } finally {
    await close();
  }
}

async function lookedUpIn(
  table: EntryTable,
  wanted: string,
  { neighbours: limit, ...options }: LookUpOptions,
): Promise<LookedUp> {
  const fitting = await findEntries(table, wanted, options);
  const found = theOneOf(fitting);
  const none = { entries: [], more: false };
  if (!found) return { found, several: fitting, neighbours: none, correction: null };
  const neighbours = await neighboursOf(table, found.entry, { limit, signal: options.signal });
  const correction = await correctionOf(table, found.entry, options.signal);
  return { found, several: [], neighbours, correction };
}

/** Of several that speak of one call, the last end says most. */
function theOneOf(fitting: readonly FoundEntry[]): FoundEntry | null {
  const [first] = fitting;
  if (!first || fitting.length === 1) return first ?? null;
  const isOne = (name: "exchange_id" | "call_id") =>
    first.entry[name] !== null && fitting.every(({ entry }) => entry[name] === first.entry[name]);
  if (!isOne("exchange_id") && !isOne("call_id")) return null;
  const ends = fitting.filter(({ entry }) => entry.event_type !== "call_started");
  return ends.findLast(({ entry }) => !isProcessEnded(entry)) ?? ends.at(-1) ?? fitting.at(-1)!;
}
