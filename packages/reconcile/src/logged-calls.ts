import { type EntryTable, sql } from "@openrouter-audit/analysis";
import { type CorrectedFacts, correctionId } from "@openrouter-audit/core";
import { dayOf } from "./days.ts";
import { numberOf } from "./generation.ts";
import { type Group, type Sums } from "./sums.ts";

/** A call as the log has it, with what a correction says of it. */
export interface LoggedCall {
  readonly entry: string;
  readonly generationId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly eventType: string;
  readonly status: string;
  readonly httpStatus: number | null;
  readonly modelServed: string | null;
  readonly group: Group;
  readonly facts: CorrectedFacts;
  readonly isCorrected: boolean;
}

/** A call of the log without an id, which may have reached OpenRouter all the same. */
export interface UnnamedCall {
  readonly day: string;
  readonly model: string | null;
}

export interface CallReader {
  readonly call?: (call: LoggedCall) => void;
  readonly unnamed?: (call: UnnamedCall) => void;
  /** Each id of a generation that an entry names, also of those that are not compared. */
  readonly named?: (id: string) => void;
}

/** They ask for something older, or have an id that is no generation's. */
const notCompared = new Set([
  "video_status",
  "video_content",
  "batch",
  "batch_status",
  "file",
  "file_upload",
  "file_content",
]);

const statement = `select id, generation_id, "timestamp", event_type, status, model, model_served, provider,
  prompt_tokens, completion_tokens, cost_usd, http_status from calls`;

type Row = readonly (string | number | boolean | null)[];

/** In milliseconds since 1970. */
export interface TimeSpan {
  readonly since: number;
  /** Before this; undefined: to the end. */
  readonly until: number | undefined;
}

function asPeriod({ since, until }: TimeSpan) {
  return { since: new Date(since), until: until === undefined ? undefined : new Date(until) };
}

/** The ids that more than one entry has: OpenRouter has each once. */
export async function readRepeatedIds(
  table: EntryTable,
  span: TimeSpan,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const others = [...notCompared].map((type) => `'${type}'`).join(", ");
  const text = `select generation_id from calls where generation_id is not null and event_type not in (${others})
    group by generation_id having count(*) > 1`;
  const found = new Set<string>();
  const answer = await sql(table, text, { ...asPeriod(span), signal });
  for await (const [id] of answer.rows) found.add(String(id));
  return found;
}

/** Reads the calls of a time, each entry once. docs/reconcile.md, "Which calls of the log are compared" */
export async function readCalls(
  table: EntryTable,
  span: TimeSpan,
  corrections: ReadonlyMap<string, CorrectedFacts>,
  reader: CallReader,
  signal?: AbortSignal,
): Promise<void> {
  const answer = await sql(table, statement, { ...asPeriod(span), signal });
  for await (const row of answer.rows) {
    const [entry, id, time, type, status, asked, served, provider, , , , httpStatus] = row as TypedRow;
    if (id !== null) reader.named?.(id);
    if (notCompared.has(type)) continue;
    const at = Date.parse(time);
    const group = { day: dayOf(at), model: served ?? asked, provider };
    if (id === null) {
      const mayHaveArrived = status === "error" ? httpStatus === null : status !== "success";
      if (mayHaveArrived) reader.unnamed?.(group);
      continue;
    }
    const corrected = corrections.get(entry);
    reader.call?.({
      entry,
      generationId: id,
      at,
      eventType: type,
      status,
      httpStatus: httpStatus === null ? null : Number(httpStatus),
      modelServed: served,
      group,
      facts: corrected ?? loggedFacts(row, status),
      isCorrected: corrected !== undefined,
    });
  }
}

type Text = string | null;
type TypedRow = [string, Text, string, string, string, Text, Text, Text, ...unknown[]];

function loggedFacts(row: Row, status: string): CorrectedFacts {
  const number = (value: Row[number] | undefined) => (value === null ? null : Number(value));
  return {
    prompt_tokens: number(row[8]),
    completion_tokens: number(row[9]),
    cost_usd: number(row[10]),
    cancelled: status === "aborted",
  };
}

/** A call that OpenRouter answered with an error: that it keeps no account of it, says nothing. */
export function isRefused({ status, httpStatus }: LoggedCall): boolean {
  return status === "error" && httpStatus !== null && httpStatus >= 400;
}

/** What a call adds to the sums of its group. */
export function sumsOf({ prompt_tokens, completion_tokens, cost_usd }: CorrectedFacts): Sums {
  return {
    requests: 1,
    prompt_tokens: prompt_tokens ?? 0,
    completion_tokens: completion_tokens ?? 0,
    cost_usd: cost_usd ?? 0,
  };
}

/**
 * What corrections found, by the entries they are about: docs/reconcile.md, "Corrections". The first under the `id` that a correction of
 * that entry has: another that somebody wrote later does not take its place.
 */
export async function readCorrections(
  table: EntryTable,
  since: number,
  signal?: AbortSignal,
): Promise<Map<string, CorrectedFacts>> {
  const found = new Map<string, CorrectedFacts>();
  const text = "select id, detail from entries where event_type = 'audit.corrected'";
  const answer = await sql(table, text, { since: new Date(since), signal });
  for await (const [id, detail] of answer.rows) {
    const said = correctionIn(detail);
    if (said && !found.has(said.entry) && isIdOf(id, said.entry)) found.set(said.entry, said.facts);
  }
  return found;
}

function correctionIn(detail: unknown): { readonly entry: string; readonly facts: CorrectedFacts } | null {
  const { entry, found } = (JSON.parse(String(detail)) ?? {}) as { entry?: unknown; found?: unknown };
  const facts = factsIn(found);
  return typeof entry === "string" && facts !== null ? { entry, facts } : null;
}

/** Null when it is not in the form in which it was written. */
export function factsIn(value: unknown): CorrectedFacts | null {
  if (typeof value !== "object" || value === null) return null;
  const { cost_usd, prompt_tokens, completion_tokens, cancelled } = value as Record<string, unknown>;
  const isNumber = (said: unknown) => said === null || numberOf(said) !== null;
  const isRight = [cost_usd, prompt_tokens, completion_tokens].every(isNumber);
  if (!isRight || !(cancelled === null || typeof cancelled === "boolean")) return null;
  return { cost_usd, prompt_tokens, completion_tokens, cancelled } as CorrectedFacts;
}

function isIdOf(id: unknown, entry: string): boolean {
  try {
    return id === correctionId(entry);
  } catch {
    // What is no UUID has no correction.
    return false;
  }
}
