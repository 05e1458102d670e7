import { bodilessAnswer } from "./bodiless-answer.ts";
import type { AnswerReader } from "./endpoint.ts";

/**
 * Reads an answer that is a file, of any kind: nothing is looked for in it, because what looks like an error in somebody's
 * JSON is none of OpenRouter's. Only one that failed has an error to tell.
 */
export function contentAnswer(httpStatus = 200): AnswerReader {
  const answer = bodilessAnswer();
  return httpStatus >= 200 && httpStatus <= 299 ? Object.assign(answer, { isFile: true }) : answer;
}
