import { answerErrorOf } from "./answer-error.ts";
import { usageOf } from "./answer-usage.ts";
import type { AnswerDescription, AnswerReader } from "./endpoint.ts";
import { type Fields, fieldsOf, nameOf, termOf } from "./json-fields.ts";
import { routingOf, selectedProvider } from "./routing.ts";
import { silentAnswer } from "./silent-answer.ts";

/**
 * Reads an answer that is one JSON body.
 *
 * @param described what is the endpoint's own in a body; null for one that is no answer of it: gateways answer with JSON
 * of their own
 */
export function jsonAnswer(described: (body: Fields) => Partial<AnswerDescription> | null): AnswerReader {
  let said = silentAnswer;
  let ended = false;
  return {
    begun: false,
    get ended() {
      return ended;
    },
    json(value) {
      const body = fieldsOf(value);
      const own = described(body);
      said = { ...commonlySaid(body), ...own };
      ended = own !== null || said.error !== null;
    },
    // Neither events nor a body that is no JSON are an answer of such an endpoint.
    event() {},
    end() {},
    describe: () => said,
  };
}

/** What the answers of most endpoints say in the same words. */
export function commonlySaid(body: Fields): AnswerDescription {
  return {
    ...silentAnswer,
    model_served: nameOf(body.model),
    provider: nameOf(body.provider) ?? selectedProvider(body.openrouter_metadata),
    service_tier: termOf(body.service_tier),
    usage: usageOf(body.usage),
    routing: routingOf(body.openrouter_metadata),
    error: body.error ? answerErrorOf(body.error) : null,
  };
}
