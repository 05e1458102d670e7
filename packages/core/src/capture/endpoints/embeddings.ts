import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { jsonAnswer } from "./json-answer.ts";
import { fieldsOf, integerOf, nameOf } from "./json-fields.ts";
import { outputDigest } from "./output-digest.ts";

/** Vectors for texts and what else can be embedded. */
export const embeddings: Endpoint = {
  eventType: "embedding",
  routes: ["POST /embeddings"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, ["dimensions", "encoding_format", "input_type"]),
    prompt: body.input ?? undefined,
  }),
  readAnswer: () =>
    jsonAnswer(({ id, data }) =>
      Array.isArray(data) ? { generation_id: nameOf(id), response: digestsOf(data) } : null,
    ),
};

function digestsOf(data: readonly unknown[]): (string | null)[] {
  return data
    .map((item, position) => {
      const { index, embedding } = fieldsOf(item);
      return { index: integerOf(index) ?? position, digest: outputDigest(embedding) };
    })
    .sort((a, b) => a.index - b.index)
    .map(({ digest }) => digest);
}
