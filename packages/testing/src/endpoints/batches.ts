import { randomBytes } from "node:crypto";
import { type Answer, errorAsAnswer, jsonAnswer } from "../answer.ts";
import { BatchJob, type BatchSubmission } from "../batches/batch-job.ts";
import { runBatch } from "../batches/run-batch.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { errorAnswer } from "../error-answer.ts";
import { type Fields, fieldsOf, listOf, textOf } from "../json-fields.ts";

const shapes = ["/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings"];
const path = "/api/beta/batches";

const submit: Endpoint = { method: "POST", path, key: "inference", answer: answerSubmission };

function answerSubmission({ service, request, behaviour }: Call): Answer {
  const body = fieldsOf(request.body);
  const requests = listOf(body.requests).map((item) => ({
    customId: textOf(fieldsOf(item).custom_id) ?? "",
    body: fieldsOf(fieldsOf(item).body),
  }));
  const message = complaintAbout(body, requests);
  if (message) return errorAsAnswer(errorAnswer({ name: "bad_request", message }));
  const job = new BatchJob({
    id: `batch_${randomBytes(12).toString("hex")}`,
    endpoint: textOf(body.endpoint) ?? "",
    model: textOf(body.model) ?? "",
    requests,
    createdAtMs: service.now(),
    failure: behaviour.jobFailure,
  });
  service.batches.set(job.submission.id, job);
  return jsonAnswer(202, job.onTheWire());
}

function complaintAbout(body: Fields, requests: BatchSubmission["requests"]): string | undefined {
  const { endpoint, model } = body;
  if (!shapes.includes(textOf(endpoint) ?? "")) return `endpoint: expected one of ${shapes.join(", ")}`;
  if (typeof model !== "string") return "model: expected text";
  if (!requests.length) return "requests: expected a list with at least one request";
  // The body is read as it streams in, so what the requests depend on must come first.
  const order = Object.keys(body);
  if (order.indexOf("requests") < Math.max(order.indexOf("endpoint"), order.indexOf("model")))
    return "requests: endpoint and model must come before it";
  if (requests.some(({ customId }) => customId === "")) return "requests: every one needs a custom_id";
  if (new Set(requests.map(({ customId }) => customId)).size < requests.length)
    return "requests: every custom_id must be unique";
  if (requests.some(({ body: { model: own } }) => own !== undefined && own !== model))
    return "requests: the model of a body must be the batch's";
  return undefined;
}

const poll: Endpoint = {
  method: "GET",
  path: `${path}/{id}`,
  key: "any",
  answer: async (call) => {
    const job = call.service.batches.get(call.parameters.id ?? "");
    if (!job) return missing(call);
    await job.poll(call.service.now(), () => runBatch(call, job.submission));
    return jsonAnswer(200, job.onTheWire());
  },
};

const remove: Endpoint = {
  method: "DELETE",
  path: `${path}/{id}`,
  key: "any",
  answer: (call) => {
    const { batches } = call.service;
    const id = call.parameters.id ?? "";
    const job = batches.get(id);
    if (!job) return missing(call);
    if (!job.isOver)
      return errorAsAnswer(errorAnswer({ name: "conflict", message: "The batch is still in progress" }));
    batches.delete(id);
    return jsonAnswer(200, { id, object: "batch", deleted: true });
  },
};

const missing = ({ parameters }: Call) =>
  errorAsAnswer(errorAnswer({ name: "not_found", message: `Batch ${parameters.id} not found` }));

/** Batches of requests to another endpoint: submitted, polled until they are completed, and deleted. */
export const batches = [submit, poll, remove];
