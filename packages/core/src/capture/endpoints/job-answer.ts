import { answerErrorOf } from "./answer-error.ts";
import type { AnswerDescription, AnswerError, AnswerReader } from "./endpoint.ts";
import { jsonAnswer } from "./json-answer.ts";
import { type Fields, termOf } from "./json-fields.ts";

/**
 * Reads what is said of a job that goes on after its request was answered: how far it is stands in `finish_reason`, and
 * the error of a job that failed is the answer's.
 *
 * @param described what is the endpoint's own in it
 * @param otherwise what is said of a body that is no job; null when it is no answer of the endpoint. Default: none is
 */
export function jobAnswer(
  described: (job: Fields) => Partial<AnswerDescription>,
  otherwise: (body: Fields) => Partial<AnswerDescription> | null = () => null,
): AnswerReader {
  return jsonAnswer((job) =>
    typeof job.id === "string"
      ? { finish_reason: termOf(job.status), error: errorOf(job), ...described(job) }
      : otherwise(job),
  );
}

function errorOf({ status, error }: Fields): AnswerError | null {
  if (!error && status !== "failed") return null;
  const told = answerErrorOf(error);
  return { ...told, type: told.type ?? "unmapped" };
}
