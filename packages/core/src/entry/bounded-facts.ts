import { boundedText } from "./bounded-text.ts";
import type { RequestFacts } from "./entry.ts";

/** An application may name the facts itself, and name anything. */
export function boundedFacts(facts: RequestFacts): RequestFacts {
  return {
    id: boundedText(facts.id, 128),
    ip: boundedText(facts.ip, 64),
    method: boundedText(facts.method, 16),
    route: boundedText(facts.route),
    trace_id: boundedText(facts.trace_id, 32),
    user_agent: boundedText(facts.user_agent),
  };
}
