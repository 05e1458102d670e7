import { createHash, randomUUID } from "node:crypto";
import { type Answer, errorAsAnswer, jsonAnswer } from "../answer.ts";
import type { AuthorizationCode } from "../authorization-code.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { accountId, errorAnswer } from "../error-answer.ts";
import { hashOfKey, issueKey, newKey } from "../issued-keys.ts";
import { type Fields, fieldsOf, textOf } from "../json-fields.ts";

const lifetimeMs = 600_000;
const appId = 1;

const createCode: Endpoint = {
  method: "POST",
  path: "/api/v1/auth/keys/code",
  key: "any",
  answer: ({ service, request }) => {
    const fields = fieldsOf(request.body);
    if (typeof fields.callback_url !== "string") return refuse(400, "callback_url: expected a URL");
    const method = textOf(fields.code_challenge_method) ?? "plain";
    if (method !== "S256" && method !== "plain") return refuse(400, "Invalid code_challenge_method");
    const id = `auth_code_${randomUUID()}`;
    const createdAtMs = service.now();
    service.authorizationCodes.set(id, {
      challenge: textOf(fields.code_challenge),
      method,
      label: textOf(fields.key_label) ?? "OAuth",
      createdAtMs,
    });
    const created_at = new Date(createdAtMs).toISOString();
    return jsonAnswer(200, { data: { id, app_id: appId, created_at } });
  },
};

const exchange: Endpoint = {
  method: "POST",
  path: "/api/v1/auth/keys",
  key: "none",
  answer: answerExchange,
};

function answerExchange({ service, request }: Call): Answer {
  const fields = fieldsOf(request.body);
  const code = textOf(fields.code);
  if (code === undefined) return refuse(400, "code: expected text");
  const given = service.authorizationCodes.get(code);
  if (!given) return refuse(403, "Invalid code or code_verifier");
  if (service.now() - given.createdAtMs > lifetimeMs) return refuse(403, "Authorization code expired");
  const method = textOf(fields.code_challenge_method);
  if (given.challenge !== undefined && method !== undefined && method !== given.method)
    return refuse(400, "Invalid code_challenge_method");
  if (!answersChallenge(given, fields)) return refuse(403, "Invalid code or code_verifier");

  // A code is good for one key.
  service.authorizationCodes.delete(code);
  const key = newKey();
  service.keys.issued.byHash.set(hashOfKey(key), issueKey(key, { name: given.label }, service.now()));
  return jsonAnswer(200, { key, user_id: accountId });
}

function answersChallenge({ challenge, method }: AuthorizationCode, fields: Fields): boolean {
  if (challenge === undefined) return true;
  const verifier = textOf(fields.code_verifier) ?? "";
  const answer = method === "S256" ? createHash("sha256").update(verifier).digest("base64url") : verifier;
  return answer === challenge;
}

function refuse(status: 400 | 403, message: string): Answer {
  const name = status === 400 ? "bad_request" : "permission_denied";
  return errorAsAnswer(errorAnswer({ name, message }));
}

/** The way of an app to a key of its user: a code, and the key for it, told once. */
export const authKeys = [createCode, exchange];
