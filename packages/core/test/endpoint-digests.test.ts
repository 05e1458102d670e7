import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formOf } from "../src/capture/bodies/form-parts.ts";
import { describeRequest } from "../src/capture/described-request.ts";
import { endpointNamed, endpoints } from "../src/capture/endpoints/endpoints.ts";
import { digestPrompt, digestResponse } from "../src/index.ts";
import { Digester } from "../src/privacy/digest.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { readBytes, readStream } from "./support/read-answer.ts";
import { answerForm, promptForm } from "./support/second-answer-forms.ts";
import * as second from "./support/second-implementation.ts";
import { type EndpointDigestVectors, vectors } from "./support/vectors.ts";

const { prompts, forms, responses, bodies }: EndpointDigestVectors = JSON.parse(
  readFileSync(join(vectors, "endpoint-digests.json"), "utf8"),
);

test.each(prompts)("the prompt of a $event_type: $title", (vector) => {
  const { event_type, secret, tenant, request, bytes, digest } = vector;
  expect(promptForm(event_type, request)).toBe(bytes);
  expect(second.digest(secret, "prompt", tenant, bytes)).toBe(digest);
  expect(digestPrompt(request, { secret, eventType: event_type })).toBe(digest);
});

test.each(forms)("the parts of the form of a $event_type", async (vector) => {
  const { event_type, secret, tenant, content_type, body, parts, bytes, digest } = vector;
  expect(second.jcs(parts)).toBe(bytes);
  expect(second.digest(secret, "prompt", tenant, bytes)).toBe(digest);
  const form = await formOf(Buffer.from(body), content_type);
  const { prompt } = describeRequest(endpointNamed(event_type)!, form);
  expect(new Digester(secret).digest("prompt", tenant, prompt!)).toBe(digest);
});

test.each(responses)("the answer of a $event_type: $title", (vector) => {
  const { event_type, secret, tenant, bytes, digest } = vector;
  expect(answerForm(event_type, vector)).toBe(bytes);
  expect(second.digest(secret, "response", tenant, bytes)).toBe(digest);
  if ("whole" in vector) expect(digestResponse(vector.whole, { secret, eventType: event_type })).toBe(digest);
  else expect(canonicalJson(readStream(event_type, vector.events).response)).toBe(bytes);
});

test.each(bodies)(
  "the bytes of the body of a $event_type",
  ({ event_type, secret, tenant, body, digest }) => {
    expect(second.digest(secret, "response", tenant, body)).toBe(digest);
    expect(digestResponse(Buffer.from(body), { secret, eventType: event_type })).toBe(digest);
    expect(readBytes(event_type, "application/json", body).response).toBeUndefined();
  },
);

test("an answer has one digest, whole and streamed", () => {
  const same = responses.filter(({ same }) => same !== undefined);
  const names = new Set(same.map(({ event_type, same }) => `${event_type} ${same}`));
  expect(names.size).toBe(5);
  for (const name of names) {
    const ofOne = same.filter((vector) => `${vector.event_type} ${vector.same}` === name);
    expect(new Set(ofOne.map((vector) => "whole" in vector)).size).toBe(2);
    expect(new Set(ofOne.map(({ digest }) => digest)).size).toBe(1);
  }
});

test("every endpoint that has digests has vectors", () => {
  const digested = endpoints.filter(({ describeRequest }) => describeRequest !== null);
  // Chat completions have a file of their own.
  const named = digested.map(({ eventType }) => eventType).filter((name) => name !== "chat_completion");
  expect(new Set([...responses, ...bodies].map(({ event_type }) => event_type))).toEqual(new Set(named));
  // What is asked for with GET has no prompt.
  const asked = named.filter((name) => !["video_content", "batch_status", "file_content"].includes(name));
  expect(new Set([...prompts, ...forms].map(({ event_type }) => event_type))).toEqual(new Set(asked));
});
