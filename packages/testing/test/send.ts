import type { FakeOpenRouter } from "../src/index.ts";
import { key, type Wire } from "./open-fake.ts";

interface WireResponse extends Response {
  json(): Promise<Wire>;
}

export const managementKey = "sk-or-v1-management";

/** Sends a request: a form as a form, anything else as JSON. The path begins after `/api/v1`, or with `/api`. */
export function send(
  fake: FakeOpenRouter,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<WireResponse> {
  const isForm = body instanceof FormData;
  const url = path.startsWith("/api/") ? fake.origin + path : fake.url + path;
  return fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(!isForm && body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
}

export const post = (fake: FakeOpenRouter, path: string, body: unknown, headers?: Record<string, string>) =>
  send(fake, "POST", path, body, headers);

/** What a management key gets. */
export const manage = (fake: FakeOpenRouter, method: string, path: string, body?: unknown) =>
  send(fake, method, path, body, { authorization: `Bearer ${managementKey}` });

export function formWith(file: Blob, name: string, fields: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [field, text] of Object.entries(fields)) form.append(field, text);
  form.append("file", file, name);
  return form;
}
