import type { Behaviour } from "./behaviour.ts";
import { isErrorSpecification } from "./error-catalogue.ts";

type Rule = readonly [holds: (value: never) => boolean, mustBe: string];

const error = "a name of errorCatalogue, a status such as 502, or { name, message?, … } as in { name: 429 }";
const interruption: Rule = [
  isInterruption,
  '"before_headers", { afterBytes } or { afterChunks }, with a number',
];
const any: Rule = [() => true, ""];
const events = ["response.failed", "response.error", "error"];
const usageForms = ["empty_choices", "empty_delta", "repeated_finish", "none"];

/** What is easily mistaken is checked, and the names of all. */
const rules: { readonly [field in keyof Behaviour]-?: Rule } = {
  error: [isErrorSpecification, error],
  errorInside: [
    (value: Behaviour["errorInside"]) =>
      (value?.form === "envelope" || value?.form === "choice") && isErrorSpecification(value.error),
    `{ form, error }: form is "envelope" or "choice", and error ${error}`,
  ],
  streamError: [
    (value: Behaviour["streamError"]) =>
      isErrorSpecification(value?.error) && (value?.event === undefined || events.includes(value.event)),
    `{ error, afterContentChunks?, done?, event? }: error is ${error}, and event one of ${events.join(", ")}`,
  ],
  stall: interruption,
  reset: interruption,
  usageForm: [(value: string) => usageForms.includes(value), `one of ${usageForms.join(", ")}`],
  unavailable: [(value: unknown) => Array.isArray(value), "a list of models"],
  toolCalls: [(value: unknown) => Array.isArray(value), "a list of { name, arguments }"],
  text: any,
  reasoning: any,
  finishReason: any,
  nativeFinishReason: any,
  model: any,
  provider: any,
  usage: any,
  messagesDone: any,
  comments: any,
  cacheHit: any,
  generationDelayMs: any,
  jobFailure: any,
  raw: any,
  latencyMs: any,
  chunkDelayMs: any,
  chunkBytes: any,
  gzip: any,
  headers: any,
};

/** @throws TypeError for a behaviour that would do nothing, or something else than was meant */
export function checkBehaviour(behaviour: Behaviour | undefined): void {
  if (behaviour === undefined) return;
  if (typeof behaviour !== "object" || behaviour === null)
    throw new TypeError(`A behaviour is an object, as { text: "Hello." }, and not ${String(behaviour)}.`);
  for (const [field, value] of Object.entries(behaviour)) {
    if (!Object.hasOwn(rules, field))
      throw new TypeError(`A behaviour has no field "${field}", only ${Object.keys(rules).join(", ")}.`);
    const [holds, mustBe] = rules[field as keyof Behaviour];
    if (value !== undefined && !holds(value as never))
      throw new TypeError(`${field} of a behaviour must be ${mustBe}.`);
  }
}

function isInterruption(value: unknown): boolean {
  if (value === "before_headers") return true;
  const { afterBytes, afterChunks } = Object(value) as { afterBytes?: unknown; afterChunks?: unknown };
  return (typeof afterBytes === "number") !== (typeof afterChunks === "number");
}
