import type { UsageForm } from "./behaviour.ts";
import type { ComposedAnswer } from "./composed-answer.ts";
import { usageOnTheWire } from "./usage.ts";

/** The last two chunks of a stream of choices: the one that finishes, and the one with the usage in the form wanted. */
export function streamEnding(
  { usage, routerMetadata }: ComposedAnswer,
  form: UsageForm,
  finish: object,
  empty: object,
): object[] {
  const metadata = routerMetadata === undefined ? {} : { openrouter_metadata: routerMetadata };
  if (!usage || form === "none") return [{ choices: [finish], ...metadata }];

  const choices = { empty_choices: [], empty_delta: [empty], repeated_finish: [finish] }[form];
  return [{ choices: [finish] }, { choices, usage: usageOnTheWire(usage), ...metadata }];
}
