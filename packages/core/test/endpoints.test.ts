import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { BodyReader } from "../src/capture/bodies/body-reader.ts";
import type { Endpoint } from "../src/capture/endpoints/endpoint.ts";
import { endpointNamed, endpoints } from "../src/capture/endpoints/endpoints.ts";
import { fieldsOf } from "../src/capture/endpoints/json-fields.ts";
import { unknownEndpoint } from "../src/capture/endpoints/unknown-endpoint.ts";
import { valueDigest } from "../src/privacy/digest.ts";

const everyEndpoint = [...endpoints, unknownEndpoint].map(
  (endpoint) => [endpoint.eventType, endpoint] as const,
);

// Names that some endpoint looks at, so that values of every kind get to where they are read.
const names = [
  ..."choices message delta content text type index role tool_calls function arguments name id model usage".split(
    " ",
  ),
  ..."prompt_tokens prompt_tokens_details cost is_byok cost_details error code metadata error_type status".split(
    " ",
  ),
  ..."data embedding b64_json url results relevance_score generation_id messages input prompt documents".split(
    " ",
  ),
  ..."requests input_audio frame_images tools provider order max_price plugins openrouter_metadata attempts".split(
    " ",
  ),
  ..."output item response delta refusal reasoning images audio finish_reason service_tier stop user".split(
    " ",
  ),
];
const types = [
  "image_generation.partial_image",
  "image_generation.completed",
  "error",
  "failed",
  "completed",
  "text",
];
const { value: json } = fc.letrec<{ value: unknown; member: unknown }>((tie) => ({
  member: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, 2 ** 53, "", "\ud83d", "Grüße 👋", ...types),
    fc.string({ unit: "binary", maxLength: 300 }),
    tie("value"),
    fc.array(tie("member"), { maxLength: 4 }),
  ),
  value: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 5 })), tie("member"), {
    maxKeys: 8,
  }),
}));
const anything = fc.oneof({ weight: 6, arbitrary: json }, fc.jsonValue());

/** Everything an endpoint can be made to say of an answer. */
function said(endpoint: Endpoint, tell: (answer: ReturnType<Endpoint["readAnswer"]>) => void) {
  const answer = endpoint.readAnswer();
  tell(answer);
  const { begun, ended } = answer;
  return { begun, ended, ...answer.describe() };
}

describe.each(everyEndpoint)("%s", (_name, endpoint) => {
  test("takes any JSON for a request, an answer and an event", () => {
    fc.assert(
      fc.property(anything, fc.array(anything, { maxLength: 3 }), fc.string(), (body, events, noise) => {
        const asked = endpoint.describeRequest?.(fieldsOf(body));
        if (asked) {
          expect(JSON.stringify({ ...asked, prompt: null, opening: null }).length).toBeLessThan(60_000);
          if (asked.prompt !== undefined) expect(valueDigest(asked.prompt)).toMatch(/^[0-9a-f]{64}$/);
        }
        const answers = [
          said(endpoint, (answer) => {
            answer.json(body);
            answer.end();
          }),
          said(endpoint, (answer) => {
            for (const event of [...events.map((each) => JSON.stringify(each)), noise]) answer.event(event);
            answer.end();
          }),
          said(endpoint, () => undefined),
        ];
        for (const { response, error, generation_id, finish_reason } of answers) {
          if (response !== undefined) expect(valueDigest(response)).toMatch(/^[0-9a-f]{64}$/);
          for (const name of [generation_id, finish_reason, error?.type ?? null])
            expect(name === null || (typeof name === "string" && name.length <= 256)).toBe(true);
        }
      }),
    );
  });

  test("says the same of a stream however its bytes are cut", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
    const event = fc.oneof(
      { weight: 4, arbitrary: anything.map((value) => JSON.stringify(value)) },
      fc.constant("[DONE]"),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), sizes, (events, lengths) => {
        const bytes = Buffer.from(events.map((data) => `data: ${data}\n\n`).join(""));
        const read = (sizeOf: (piece: number) => number) =>
          said(endpoint, (answer) => {
            const reader = new BodyReader(answer, "text/event-stream");
            // As in an exchange, which is over when the answer is.
            for (let start = 0, piece = 0; start < bytes.length && !answer.ended; piece++) {
              reader.add(bytes.subarray(start, start + sizeOf(piece)));
              start += sizeOf(piece);
            }
            reader.end(true);
          });
        expect(read((piece) => lengths[piece % lengths.length]!)).toEqual(read(() => bytes.length));
      }),
    );
  });

  test("has routes of its own alone", () => {
    const others = endpoints.filter((each) => each !== endpoint).flatMap(({ routes }) => routes);
    for (const route of endpoint.routes) expect(others).not.toContain(route);
    if (endpoint.mayCost) for (const route of endpoint.routes) expect(route).toMatch(/^POST /);
  });
});

test("a file of any length and type is read to its end and never held", () => {
  const mebibyte = Buffer.alloc(2 ** 20, "[");
  const answer = endpointNamed("file_content")!.readAnswer(200);
  const reader = new BodyReader(answer, "application/json");
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 65; count++) reader.add(mebibyte);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  reader.end(true);
  expect([reader.unread, answer.ended, answer.describe().error]).toEqual([false, true, null]);
  const whole = createHash("sha256");
  for (let count = 0; count < 65; count++) whole.update(mebibyte);
  expect(reader.rawDigest()).toBe(whole.digest("hex"));
});
