import type { Correction } from "@openrouter-audit/core";
import type { Activity } from "./activity.ts";
import { type Generation, groupOfGeneration } from "./generation.ts";
import type { LoggedCall } from "./logged-calls.ts";
import type { Finding, FindingKind, Told } from "./reconciliation.ts";
import { sameCost } from "./sums.ts";

/** What a call of the log and its record at OpenRouter differ in. What one of them does not know differs from nothing. */
export function compareCall(call: LoggedCall, generation: Generation, activity: Activity): Finding[] {
  const { facts: logged } = call;
  const { facts } = generation;
  const found: Finding[] = [];
  const finds = (kind: FindingKind, recorded: Told, other: Told) =>
    found.push({
      kind,
      ...groupOfGeneration(generation),
      id: generation.id,
      entry: call.entry,
      calls: 1,
      recorded,
      found: other,
      without_id: null,
    });
  const isKnown = logged.cost_usd !== null && facts.cost_usd !== null;
  if (isKnown && !sameCost(logged.cost_usd!, facts.cost_usd!))
    finds("cost_differs", { cost_usd: logged.cost_usd }, { cost_usd: facts.cost_usd });
  // A call that broke off was counted so far as it was seen.
  if (
    logged.cost_usd !== null &&
    (differ(logged.prompt_tokens, facts.prompt_tokens) ||
      differ(logged.completion_tokens, facts.completion_tokens))
  )
    finds("tokens_differ", tokens(logged), tokens(facts));
  const { modelServed: model, group } = call;
  const counted = groupOfGeneration(generation);
  const otherModel =
    model !== null &&
    ![generation.model, ...generation.slugs].includes(model) &&
    !activity.isSameModel({ ...counted, model }, counted);
  if ((otherModel && generation.model !== null) || differ(group.provider, generation.provider))
    finds(
      "model_differs",
      { model, provider: group.provider },
      { model: generation.model, provider: generation.provider },
    );
  return found;
}

/** What is to be written beside the entry; null when there is nothing, or it was written before. */
export function correctionOf(
  call: LoggedCall,
  { id, facts }: Generation,
  findings: readonly Finding[],
): Correction | null {
  if (call.isCorrected) return null;
  const isTold = call.facts.cost_usd === null && facts.cost_usd !== null;
  const differs = findings.some(({ kind }) => kind === "cost_differs" || kind === "tokens_differ");
  if (!isTold && !differs) return null;
  return { entry: call.entry, generation_id: id, source: "openrouter", recorded: call.facts, found: facts };
}

function differ<Value>(a: Value | null, b: Value | null): boolean {
  return a !== null && b !== null && a !== b;
}

function tokens({ prompt_tokens, completion_tokens }: LoggedCall["facts"]): Told {
  return { prompt_tokens, completion_tokens };
}
