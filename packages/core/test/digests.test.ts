import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endpointNamed } from "../src/capture/endpoints/endpoints.ts";
import { AuditError, digestPrompt, digestResponse, publicKeyOf } from "../src/index.ts";
import { Digester, sha256 } from "../src/privacy/digest.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import * as second from "./support/second-implementation.ts";
import { type DigestVector, type DigestVectors, type KeyVector, vectors } from "./support/vectors.ts";

const read = (name: string) => JSON.parse(readFileSync(join(vectors, name), "utf8"));
const digests: DigestVectors = read("digests.json");
const keys: KeyVector[] = read("keys.json");
const algorithm = (secret: string | null) => (secret === null ? "sha256" : "hmac");
const digester = (secret: string | null) => new Digester(secret ?? "", algorithm(secret));

describe("the digest of a prompt", () => {
  test.each(digests.prompts)("is that of the vector: $title", (vector: DigestVector) => {
    const { secret, tenant, messages, bytes, digest } = vector;
    expect(second.jcs(second.withoutLoneSurrogates(messages))).toBe(bytes);
    expect(second.digest(secret, "prompt", tenant, bytes)).toBe(digest);
    expect(digestPrompt(messages, { secret, tenantId: tenant, algorithm: algorithm(secret) })).toBe(digest);
  });

  test("given as a text is that of one user message", () => {
    const { secret, messages, digest } = digests.prompts[0];
    expect(digestPrompt(messages[0].content, { secret })).toBe(digest);
  });

  test("is another for another tenant, secret, field or text", () => {
    const [own, tenant, secret] = digests.prompts;
    const all = [own, tenant, secret].map(({ digest }) => digest.split(":")[2]);
    all.push(digester(own.secret).digest("response", null, sha256(own.bytes)).split(":")[2]);
    all.push(digestPrompt("What is the capital of Spain?", { secret: own.secret }).split(":")[2]);
    expect(new Set(all).size).toBe(5);
  });

  test("is not made with what is no secret: it would deny what was said", () => {
    for (const secret of [`${"s".repeat(64)}\n`, "short", '"quoted, as some readers of .env leave it"'])
      expect(() => digestPrompt("hi", { secret })).toThrow(AuditError);
  });

  test("needs the secret unless it is plain", () => {
    expect(() => digestPrompt("hi", {})).toThrow(TypeError);
    expect(digestPrompt("hi", { algorithm: "sha256" })).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe("the digest of a response", () => {
  test.each(digests.responses)("is that of the vector: $title", (vector: DigestVector) => {
    const { secret, tenant, bodies, bytes, digest } = vector;
    expect(second.responseForm(bodies)).toBe(bytes);
    expect(second.digest(secret, "response", tenant, bytes)).toBe(digest);
    const options = { secret, tenantId: tenant, algorithm: algorithm(secret) } as const;
    if (bodies.length === 1) expect(digestResponse(bodies[0] as object, options)).toBe(digest);
    const answer = endpointNamed("chat_completion")!.readAnswer();
    if (bodies.length === 1) answer.json(bodies[0]);
    else for (const body of bodies) answer.event(JSON.stringify(body));
    expect(canonicalJson(answer.describe().response)).toBe(bytes);
  });

  test("is the same for one answer, streamed or not, in parts or whole", () => {
    const text = digests.responses.slice(0, 3).map(({ digest }) => digest);
    expect(new Set(text).size).toBe(1);
    const calls = digests.responses.filter(({ title }) => title.includes("tool calls"));
    expect(calls).toHaveLength(2);
    expect(calls[0]?.digest).toBe(calls[1]?.digest);
  });
});

test.each(digests.raw)("the digest of $title is that of its bytes", (vector: DigestVector) => {
  const { secret, tenant, field, bytes, digest } = vector;
  expect(second.digest(secret, field, tenant, bytes)).toBe(digest);
  expect(digester(secret).digest(field, tenant, sha256(bytes))).toBe(digest);
});

test("a thousand and one tenants have a thousand and one digests, and the first keeps its own", () => {
  const one = digester("s".repeat(32));
  const all = Array.from({ length: 1001 }, (_, tenant) => one.digest("prompt", `${tenant}`, sha256("x")));
  expect(new Set(all).size).toBe(1001);
  expect(one.digest("prompt", "0", sha256("x"))).toBe(all[0]);
});

test.each(keys)("the keys of $name are those of the vector", (vector) => {
  const { secret, name, public_key, digest_key_id } = vector;
  expect(second.digestKeyId(secret)).toBe(digest_key_id);
  expect(digester(secret).digest("prompt", null, sha256("")).split(":")[1]).toBe(digest_key_id);
  expect(publicKeyOf(secret, name)).toBe(public_key);
  const pkcs8 = Buffer.concat([
    Buffer.from("302e020100300506032b657004220420", "hex"),
    second.rootSeed(secret),
  ]);
  const { x } = createPublicKey({ key: pemOf(pkcs8), format: "pem" }).export({ format: "jwk" });
  expect(public_key).toBe(second.vkeyOf(name, Buffer.from(x!, "base64url")));
});

function pemOf(der: Buffer): string {
  return `-----BEGIN PRIVATE KEY-----\n${der.toString("base64")}\n-----END PRIVATE KEY-----\n`;
}
