import { boundedText } from "../entry/bounded-text.ts";
import type { Attribution, CallParameters, JsonObject, RequestFacts, RoutingPolicy } from "../entry/entry.ts";
import { inTime, reasonOf } from "../user-answer.ts";

/** A call that is about to be made, in the words of its entry. */
export interface PlannedCall {
  readonly event_type: string;
  readonly method: string;
  readonly endpoint: string;
  readonly user_id: string | null;
  readonly attribution: Attribution;
  readonly tenant_id: string | null;
  readonly session_id: string | null;
  readonly request: RequestFacts | null;
  readonly metadata: JsonObject;
  /**
   * Null when the request names none, and when nobody can tell before it is sent: of a stream, of a body that takes longer than
   * a second to read, and of one that is neither JSON nor a form, or too long to be read. So is all else that a body says.
   */
  readonly model: string | null;
  /**
   * Every model that the request names: the one asked for, those that OpenRouter may turn to instead, and those that its tools
   * and plugins are to ask. A tool or plugin that names none chooses one: `tools_offered` and `policy.plugins` tell of it.
   */
  readonly models: readonly string[];
  readonly stream: boolean | null;
  readonly parameters: CallParameters | null;
  readonly policy: RoutingPolicy | null;
  /** At most the first 128. */
  readonly tools_offered: readonly string[];
  readonly request_bytes: number | null;
}

/** Why a call is refused; nothing, or `true`, when it may be made. */
export type PolicyAnswer = string | boolean | null | undefined;

/** Decides whether a call may be made, before anything is sent. A policy that throws, or is silent for 5 s, refuses. */
export type CallPolicy = (call: PlannedCall) => PolicyAnswer | Promise<PolicyAnswer>;

/** What is to be said of a refused call. */
export interface Refusal {
  readonly error_type: "refused_without_user" | "refused_by_policy" | "policy_failed";
  readonly error_message: string;
}

/** What decides about calls. */
export interface Admission {
  readonly withoutUser: "record" | "refuse";
  readonly policy: CallPolicy | null;
}

// A list that is cut must not decide.
const mostModels = 128;

/** Why a call must not be made; null when it may. */
export async function refusalOf(admission: Admission, call: PlannedCall): Promise<Refusal | null> {
  if (admission.withoutUser === "refuse" && call.attribution.how !== "authenticated") {
    return {
      error_type: "refused_without_user",
      error_message: `Nobody is known that this call is made for (${call.attribution.how}), and withoutUser is "refuse".`,
    };
  }
  if (admission.policy && call.models.length > mostModels) {
    const error_message = `It names more than ${mostModels} models: a policy sees no more of them.`;
    return { error_type: "refused_by_policy", error_message };
  }
  return admission.policy && askPolicy(admission.policy, call);
}

/** It is given a copy: what it does to that must not change what is recorded. */
async function askPolicy(policy: CallPolicy, call: PlannedCall): Promise<Refusal | null> {
  try {
    const answer = await inTime(policy(structuredClone(call)), "policy");
    if (answer === undefined || answer === null || answer === true) return null;
    if (answer !== false && typeof answer !== "string")
      throw new TypeError("It gave neither a boolean nor a text");
    return {
      error_type: "refused_by_policy",
      error_message: boundedText(answer, 500) ?? "No reason was given.",
    };
  } catch (cause) {
    return { error_type: "policy_failed", error_message: `The policy failed: ${reasonOf(cause)}` };
  }
}
