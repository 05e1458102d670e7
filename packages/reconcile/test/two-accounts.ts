import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { FakeOpenRouter } from "@openrouter-audit/testing";
import { draftEntry } from "../../core/src/entry/draft-entry.ts";
import type { AuditEntry, EntryDraft } from "../../core/src/entry/entry.ts";
import { LogSealer } from "../../core/src/seal/log-sealer.ts";

export const dayMs = 86_400_000;
/** The first of the days of which there are two accounts. */
export const firstDay = Date.parse("2026-10-01T00:00:00.000Z");

/** A call, as both sides know it. */
export interface MadeCall {
  readonly index: number;
  readonly id: string;
  readonly at: number;
  readonly model: string;
  readonly provider: string;
  readonly prompt: number;
  readonly completion: number;
  readonly cost: number;
}

const models = [
  ["openai/gpt-5-mini", "OpenAI"],
  ["openai/gpt-5-mini", "Azure"],
  ["anthropic/claude-sonnet-4.5", "Anthropic"],
  ["google/gemini-2.5-flash", "Google"],
] as const;

/** The call of that number of so many over so many days: always the same. */
export function callOf(index: number, count: number, days: number, first = firstDay): MadeCall {
  // A multiplicative hash, so that neighbours have nothing in common.
  const random = Math.imul(index + 1, 2_654_435_761) >>> 0;
  const at = first + Math.floor((index / count) * days * dayMs);
  const [model, provider] = models[random % models.length]!;
  const [prompt, completion] = [10 + (random % 3_989), 1 + ((random >>> 8) % 997)];
  const cost = Number((prompt * 0.00000025 + completion * 0.000002).toFixed(10));
  return {
    index,
    id: `gen-${Math.floor(at / 1000)}-${index}`,
    at,
    model,
    provider,
    prompt,
    completion,
    cost,
  };
}

/** What differs between the accounts. By the index of a call. */
export interface Differences {
  /** Sealed, and then taken out of the files. */
  readonly deleted?: ReadonlySet<number>;
  /** Made past the log. */
  readonly unaudited?: ReadonlySet<number>;
  /** Another cost stands in the entry. */
  readonly altered?: ReadonlySet<number>;
  /** Streams that were aborted: the entry has no cost. */
  readonly aborted?: ReadonlySet<number>;
  /** Of which the entry does not know who answered. */
  readonly unanswered?: ReadonlySet<number>;
  /** The HTTP status of calls that failed: of those with 400 or more OpenRouter keeps nothing. */
  readonly failed?: ReadonlyMap<number, number>;
  /** Entries of calls that nobody made. */
  readonly invented?: ReadonlySet<number>;
  /** An entry that nobody made, with the id of a call, sealed right before or after it. */
  readonly borrowed?: { readonly of: number; readonly costs: number; readonly place: "before" | "after" };
}

const commit = 2_000;

/** Writes a journal of sealed lines, and puts the records of the same calls into the fake. */
export function keepTwoAccounts(
  directory: string,
  fake: FakeOpenRouter,
  {
    calls,
    days,
    differences,
    first = firstDay,
  }: { calls: number; days: number; differences: Differences; first?: number },
): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const sealer = new LogSealer("shop");
  const files = new Map<string, number>();
  for (let from = 0; from < calls; from += commit) {
    const batch = Array.from({ length: Math.min(commit, calls - from) }, (_none, index) =>
      callOf(from + index, calls, days, first),
    );
    const { invented, failed, unaudited, deleted } = differences;
    for (const call of batch)
      if (!invented?.has(call.index) && !((failed?.get(call.index) ?? 0) >= 400))
        keepRecord(fake, call, differences);
    const logged = batch.filter(({ index }) => !unaudited?.has(index));
    const drafts = logged.flatMap((call) => draftsOf(call, differences));
    if (drafts.length === 0) continue;
    const at = new Date(logged.at(-1)!.at + 1_000);
    const { lines } = sealer.seal(drafts, at);
    const kept = deleted === undefined ? lines : without(lines, logged, deleted);
    const name = `audit_${at.toISOString().slice(0, 10)}.jsonl`;
    if (!files.has(name)) files.set(name, openSync(join(directory, name), "a", 0o600));
    writeSync(files.get(name)!, kept);
  }
  for (const file of files.values()) closeSync(file);
}

function without(lines: Buffer, logged: readonly MadeCall[], deleted: ReadonlySet<number>): Buffer {
  if (!logged.some(({ index }) => deleted.has(index))) return lines;
  const each = lines.toString().split("\n");
  const kept = each.filter((_line, place) => !deleted.has(logged[place]?.index ?? -1));
  return Buffer.from(kept.join("\n"));
}

function keepRecord(fake: FakeOpenRouter, call: MadeCall, { aborted }: Differences): void {
  fake.keepGeneration({
    id: call.id,
    created_at: new Date(call.at + 20).toISOString(),
    model: call.model,
    provider_name: call.provider,
    native_tokens_prompt: call.prompt,
    native_tokens_completion: call.completion,
    total_cost: call.cost,
    cancelled: aborted?.has(call.index) === true,
  });
}

const service: AuditEntry["service"] = { name: "shop", version: null, instance: "host/1" };

function draftsOf(call: MadeCall, differences: Differences): EntryDraft[] {
  const { borrowed } = differences;
  const draft = draftOf(call, differences);
  if (borrowed?.of !== call.index) return [draft];
  const invented = draftOf({ ...call, cost: borrowed.costs }, differences);
  return borrowed.place === "before" ? [invented, draft] : [draft, invented];
}

function draftOf(call: MadeCall, { altered, aborted, unanswered, failed }: Differences): EntryDraft {
  const failedWith = failed?.get(call.index);
  const isAnswered = !unanswered?.has(call.index);
  const isAborted = aborted?.has(call.index) === true || failedWith !== undefined;
  return draftEntry({
    event_type: "chat_completion",
    service,
    status: failedWith !== undefined ? "error" : isAborted ? "aborted" : "success",
    user_id: `user-${call.index % 50}`,
    attribution: { how: "authenticated", source: "req.user.id" },
    timestamp: new Date(call.at).toISOString(),
    generation_id: call.id,
    method: "POST",
    endpoint: "/api/v1/chat/completions",
    http_status: failedWith ?? 200,
    model: call.model,
    model_served: isAnswered ? call.model : null,
    provider: isAnswered ? call.provider : null,
    stream: isAborted,
    prompt_tokens: isAborted ? null : call.prompt,
    completion_tokens: isAborted ? null : call.completion,
    total_tokens: isAborted ? null : call.prompt + call.completion,
    cost_usd: isAborted ? null : call.cost + (altered?.has(call.index) ? 0.00013 : 0),
  });
}
