import { jsonAnswer } from "../answer.ts";
import type { Call } from "../endpoint.ts";
import { type Fields, fieldsOf, numberOf } from "../json-fields.ts";
import { composeEmbedding } from "../modalities/compose-embedding.ts";
import { embeddingInputs } from "../modalities/embedding-inputs.ts";
import { modalityEndpoint } from "../modalities/modality-endpoint.ts";
import type { ModalityTask } from "../modalities/modality-task.ts";

/** Vectors for one or several texts, as numbers or as base64. */
export const embeddings = modalityEndpoint("/api/v1/embeddings", read);

function read({ request }: Call): ModalityTask {
  const body = fieldsOf(request.body);
  const inputs = embeddingInputs(body.input) ?? [];
  const asBase64 = body.encoding_format === "base64";
  return {
    output: "embeddings",
    apiType: "embeddings",
    body,
    complaint: complaintAbout(body),
    prompt: inputs.map(({ text }) => text).join("\n"),
    cacheable: true,
    measure: () => ({
      promptTokens: inputs.reduce((sum, { tokens }) => sum + tokens, 0),
      completionTokens: 0,
    }),
    tell: ({ id, servedModel, model, usage, headers }) => {
      const dimensions = Math.min(numberOf(body.dimensions) ?? model.dimensions, model.dimensions);
      const data = inputs.map(({ text }, index) => {
        const vector = composeEmbedding(text, dimensions);
        return { object: "embedding", index, embedding: asBase64 ? base64Of(vector) : Array.from(vector) };
      });
      return jsonAnswer(
        200,
        {
          id,
          object: "list",
          data,
          model: servedModel,
          usage: {
            prompt_tokens: usage.promptTokens,
            total_tokens: usage.promptTokens,
            cost: usage.costUsd,
            is_byok: usage.isByok,
            cost_details: {
              upstream_inference_cost: usage.upstreamCostUsd,
              upstream_inference_prompt_cost: usage.promptCostUsd,
              upstream_inference_completions_cost: usage.completionCostUsd,
            },
          },
        },
        headers,
      );
    },
  };
}

function complaintAbout({ model, input, dimensions, encoding_format: format }: Fields): string | undefined {
  if (typeof model !== "string") return "model: expected text";
  if (!embeddingInputs(input)) return "input: expected a text, tokens, or a list of them";
  if (dimensions !== undefined && !(Number.isSafeInteger(dimensions) && Number(dimensions) > 0))
    return "dimensions: expected a whole number above 0";
  if (format !== undefined && format !== "float" && format !== "base64")
    return "encoding_format: expected float or base64";
  return undefined;
}

/** 32-bit floats, little endian. */
function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}
