import type { FakeOpenRouter } from "../src/index.ts";
import { key, type WireResponse } from "./open-fake.ts";

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

/** What a management key gets. */
export const manage = (fake: FakeOpenRouter, method: string, path: string, body?: unknown) =>
  send(fake, method, path, body, { authorization: `Bearer ${managementKey}` });

export function formWith(file: Blob, name: string, fields: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [field, text] of Object.entries(fields)) form.append(field, text);
  form.append("file", file, name);
  return form;
}
