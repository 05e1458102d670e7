import type { Call } from "../endpoint.ts";
import { newGenerationId } from "../generation-id.ts";
import type { GenerationRecord } from "../generation-record.ts";
import { GenerationStore } from "../generation-store.ts";
import { hashOfCaller } from "../issued-keys.ts";
import { fieldsOf, numberOf, textOf } from "../json-fields.ts";
import { ResponseCache } from "../response-cache.ts";
import type { Service } from "../service.ts";
import type { BatchResult, BatchSubmission } from "./batch-job.ts";

/** Lets the endpoint of a batch answer each of its requests, at half the price, and keeps a record for each. */
export async function runBatch(call: Call, { id, endpoint, model, requests }: BatchSubmission) {
  const results: BatchResult[] = [];
  const records: GenerationRecord[] = [];
  for (const [index, { customId, body }] of requests.entries()) {
    const resultId = `${id.replace(/^batch_/, "batch_req_")}_${index}`;
    const { status, told, record } = await answerOne(call, `/api${endpoint}`, {
      ...body,
      model,
      stream: false,
    });
    if (status !== 200) {
      const { code, message } = fieldsOf(told.error);
      const error = { code: String(code ?? status), message: textOf(message) ?? `HTTP status ${status}` };
      results.push({ id: resultId, custom_id: customId, response: null, error });
      continue;
    }
    const generationId = newGenerationId(call.service.now(), "batch");
    if (record) records.push(keep(call, record, generationId));
    const response = {
      status_code: status,
      request_id: generationId.replace(/^gen-/, "req-"),
      body: { ...told, id: generationId },
    };
    results.push({ id: resultId, custom_id: customId, response, error: null });
  }
  return { results, usage: usageOf(records) };
}

async function answerOne(call: Call, path: string, body: unknown) {
  const { service } = call;
  const generations = new GenerationStore();
  const apart: Service = {
    ...service,
    models: service.models.map(halfPrice),
    modalityModels: service.modalityModels.map(halfPrice),
    generations,
    cache: new ResponseCache(),
  };
  const answer = await call.ask(apart, path, body);
  answer.whenOver?.({ sent: 1, clientClosed: false });
  const told = fieldsOf(JSON.parse(Buffer.concat(answer.pieces).toString("utf8")));
  return { status: answer.status, told, record: generations.all()[0] };
}

const halfPrice = <Model extends { readonly promptPriceUsd: number; readonly completionPriceUsd: number }>(
  model: Model,
): Model => ({
  ...model,
  promptPriceUsd: model.promptPriceUsd / 2,
  completionPriceUsd: model.completionPriceUsd / 2,
});

function keep({ service, request }: Call, record: GenerationRecord, id: string): GenerationRecord {
  const kept = { ...record, id, request_id: id.replace(/^gen-/, "req-") };
  service.generations.keep(kept, service.now() + service.generationDelayMs, hashOfCaller(request));
  return kept;
}

function usageOf(records: readonly GenerationRecord[]) {
  const sum = (of: (record: GenerationRecord) => number | null) =>
    records.reduce((total, record) => total + (numberOf(of(record)) ?? 0), 0);
  const promptTokens = sum((record) => record.tokens_prompt);
  const completionTokens = sum((record) => record.tokens_completion);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    cost: Number(sum((record) => record.total_cost).toFixed(10)),
    is_byok: false,
  };
}
