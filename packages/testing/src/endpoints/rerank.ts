import { jsonAnswer } from "../answer.ts";
import type { Call } from "../endpoint.ts";
import { type Fields, fieldsOf, listOf, numberOf, textOf } from "../json-fields.ts";
import { composeEmbedding, similarity } from "../modalities/compose-embedding.ts";
import { modalityEndpoint } from "../modalities/modality-endpoint.ts";
import type { ModalityTask } from "../modalities/modality-task.ts";
import { tokenize } from "../tokenize.ts";

// One search of Cohere's, by which reranking is billed, covers so many documents.
const documentsEachSearch = 100;
const dimensions = 256;

/** Documents in the order of what they share with a query. */
export const rerank = modalityEndpoint("/api/v1/rerank", read);

interface RerankDocument {
  readonly text?: string;
  readonly image?: string;
}

function read({ request }: Call): ModalityTask {
  const body = fieldsOf(request.body);
  const documents = listOf(body.documents).map(documentOf);
  const query = textOf(body.query) ?? "";
  const texts = [query, ...documents.map(contentOf)];
  const searches = Math.ceil(documents.length / documentsEachSearch);
  return {
    output: "rerank",
    apiType: "rerank",
    body,
    complaint: complaintAbout(body, documents),
    prompt: query,
    idKind: "rerank",
    measure: () => ({
      promptTokens: texts.reduce((sum, text) => sum + tokenize(text).length, 0),
      completionTokens: 0,
      units: searches,
    }),
    tell: ({ id, servedModel, provider, usage, headers }) =>
      jsonAnswer(
        200,
        {
          id,
          model: servedModel,
          provider,
          results: ranked(query, documents).slice(0, numberOf(body.top_n) ?? documents.length),
          usage: { search_units: searches, total_tokens: usage.promptTokens, cost: usage.costUsd },
        },
        headers,
      ),
  };
}

const documentOf = (value: unknown): RerankDocument => {
  if (typeof value === "string") return { text: value };
  const text = textOf(fieldsOf(value).text);
  const image = textOf(fieldsOf(value).image);
  return { ...(text !== undefined && { text }), ...(image !== undefined && { image }) };
};
const contentOf = ({ text, image }: RerankDocument) => text ?? image ?? "";

function ranked(query: string, documents: readonly RerankDocument[]) {
  const wanted = composeEmbedding(query, dimensions);
  return documents
    .map((document, index) => {
      const near = similarity(wanted, composeEmbedding(contentOf(document), dimensions));
      return { index, relevance_score: Number(((near + 1) / 2).toFixed(6)), document };
    })
    .sort((one, other) => other.relevance_score - one.relevance_score);
}

function complaintAbout(body: Fields, documents: readonly RerankDocument[]): string | undefined {
  if (typeof body.model !== "string") return "model: expected text";
  if (typeof body.query !== "string") return "query: expected text";
  if (!documents.length) return "documents: expected a list with at least one document";
  const empty = documents.findIndex(({ text, image }) => text === undefined && image === undefined);
  if (empty >= 0) return `documents.${empty}: expected text, or an object with text or image`;
  const { top_n: top } = body;
  if (top !== undefined && !(Number.isSafeInteger(top) && Number(top) > 0))
    return "top_n: expected a whole number above 0";
  return undefined;
}
