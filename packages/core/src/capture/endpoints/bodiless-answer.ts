import { answerErrorOf } from "./answer-error.ts";
import type { AnswerError, AnswerReader } from "./endpoint.ts";
import { fieldsOf } from "./json-fields.ts";
import { silentAnswer } from "./silent-answer.ts";

/**
 * Reads an answer of which nothing is kept but the code, type and message of an error.
 *
 * @param withMessage `false` where a complaint may repeat a secret that the request held. Default `true`
 */
export function bodilessAnswer({ withMessage = true } = {}): AnswerReader {
  let error: AnswerError | null = null;
  let ended = false;
  return {
    begun: false,
    get ended() {
      return ended;
    },
    json(body) {
      const { error: found } = fieldsOf(body);
      if (found) error = withMessage ? answerErrorOf(found) : { ...answerErrorOf(found), message: null };
      ended = true;
    },
    event(data) {
      ended ||= data === "[DONE]";
    },
    end() {
      ended = true;
    },
    describe: () => ({ ...silentAnswer, error }),
  };
}
