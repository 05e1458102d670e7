import { answerErrorOf } from "./answer-error.ts";
import type { AnswerError, AnswerReader } from "./endpoint.ts";
import { fieldsOf } from "./json-fields.ts";
import { silentAnswer } from "./silent-answer.ts";

/** Reads an answer of which nothing is kept but the code and message of an error. */
export function bodilessAnswer(): AnswerReader {
  let error: AnswerError | null = null;
  let ended = false;
  return {
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
    end() {
      ended = true;
    },
    describe: () => ({ ...silentAnswer, error }),
  };
}
