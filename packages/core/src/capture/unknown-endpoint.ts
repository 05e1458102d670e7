import { answerErrorOf } from "./answer-error.ts";
import { usageOf } from "./answer-usage.ts";
import type { AnswerError, Endpoint } from "./endpoint.ts";
import { fieldsOf } from "./json-fields.ts";

/**
 * Anything else under an OpenRouter host. Several of these carry secrets, so that nothing of the bodies is kept but
 * the code and message of an error.
 */
export const unknownEndpoint: Endpoint = {
  eventType: "unknown_endpoint",
  matches: () => true,
  describeRequest: () => null,
  readAnswer: () => {
    let error: AnswerError | null = null;
    let ended = false;
    return {
      // Files and videos come this way too; the error of a call is short.
      longestBody: 64 * 1024,
      begun: false,
      get ended() {
        return ended;
      },
      json(body) {
        const { error: found } = fieldsOf(body);
        if (found) error = answerErrorOf(found);
        ended = true;
      },
      event(data) {
        ended ||= data === "[DONE]";
      },
      describe: () => ({
        model_served: null,
        provider: null,
        generation_id: null,
        finish_reason: null,
        native_finish_reason: null,
        service_tier: null,
        usage: usageOf(undefined),
        tools_called: [],
        response: undefined,
        error,
      }),
    };
  },
};
