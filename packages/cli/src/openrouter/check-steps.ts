import { AuditError, checkedApiKey } from "@openrouter-audit/core";
import { type Trouble, troubleOf } from "./advice.ts";
import { type Connection, getJson } from "./get-json.ts";
import { type KeyFacts, keyFactsOf } from "./key-facts.ts";
import { modelIdsOf, modelTrouble } from "./model-check.ts";

/** One thing that was looked at. */
export interface CheckStep {
  readonly step: "key format" | "connection" | "key" | "model";
  readonly ok: boolean;
  /** What was found: good news or the problem. */
  readonly found: string;
  /** What to do when it is not ok. */
  readonly advice: string | null;
  readonly key?: KeyFacts;
}

/** Looks at one thing after the other, and stops where nothing further can be known. */
export async function* checkSteps(
  { apiKey, ...where }: Omit<Connection, "apiKey"> & { readonly apiKey: string | undefined },
  model: string | undefined,
): AsyncGenerator<CheckStep> {
  const malformed = keyTrouble(apiKey, where.baseURL);
  if (malformed) {
    yield failed("key format", malformed);
    return;
  }
  yield { step: "key format", ok: true, found: "the key is well formed", advice: null };

  const connection: Connection = { ...where, apiKey: apiKey! };
  const begun = performance.now();
  const answer = await getJson(connection, "/key");
  const trouble = troubleOf(answer, where.baseURL);
  if (answer.kind === "unreachable") {
    yield failed("connection", trouble!);
    return;
  }
  const took = Math.round(performance.now() - begun);
  yield { step: "connection", ok: true, found: `${where.baseURL} answered in ${took} ms`, advice: null };

  if (trouble) yield failed("key", trouble);
  else yield keyStep(keyFactsOf(answer.body), where.baseURL);
  if (model !== undefined) yield await modelStep(connection, model);
}

function keyTrouble(apiKey: string | undefined, baseURL: string): Trouble | null {
  try {
    checkedApiKey(apiKey, baseURL);
    return null;
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    if (error.code === "MISSING_API_KEY")
      return {
        problem: "there is no OpenRouter API key",
        advice:
          "Set OPENROUTER_API_KEY, or pass --api-key. Keys are made at https://openrouter.ai/settings/keys.",
      };
    const [problem, ...advice] = error.message.split(". ");
    return { problem: problem!, advice: advice.join(". ") };
  }
}

function keyStep(key: KeyFacts | null, baseURL: string): CheckStep {
  if (key === null) return failed("key", notOpenRouter(baseURL));
  const trouble = troubleWith(key);
  if (trouble) return { ...failed("key", trouble), key };
  return { step: "key", ok: true, found: "OpenRouter accepts the key", advice: null, key };
}

function troubleWith({ managementKey, limitRemainingUsd }: KeyFacts): Trouble | null {
  if (managementKey)
    return {
      problem: "this is a management key, which cannot call models",
      advice: "Make an ordinary key at https://openrouter.ai/settings/keys.",
    };
  if (limitRemainingUsd !== null && limitRemainingUsd <= 0)
    return {
      problem: "the limit of this key is used up",
      advice:
        "Raise it at https://openrouter.ai/settings/keys, or wait until it is reset. Calls fail with 402 until then.",
    };
  return null;
}

async function modelStep(connection: Connection, model: string): Promise<CheckStep> {
  if (model.startsWith("@preset/"))
    return {
      step: "model",
      ok: true,
      found: `${model} is a preset of your account: not checked`,
      advice: null,
    };
  const answer = await getJson(connection, "/models");
  const trouble = troubleOf(answer, connection.baseURL);
  if (trouble) return failed("model", trouble);
  const ids = answer.kind === "answered" ? modelIdsOf(answer.body) : null;
  if (ids === null) return failed("model", notOpenRouter(connection.baseURL));
  const unknown = modelTrouble(model, ids);
  if (unknown) return failed("model", unknown);
  return { step: "model", ok: true, found: `OpenRouter has the model ${model}`, advice: null };
}

function failed(step: CheckStep["step"], { problem, advice }: Trouble): CheckStep {
  return { step, ok: false, found: problem, advice };
}

function notOpenRouter(baseURL: string): Trouble {
  return {
    problem: `${baseURL} answers, but not as OpenRouter does`,
    advice: "Check the base URL; it should be https://openrouter.ai/api/v1. A proxy may answer in its place.",
  };
}
