import { toFile } from "openai";
import { apiClients } from "../support/api-clients.ts";
import { journalTextIn, openWorld } from "../support/audited-world.ts";
import { digestOf, h } from "../support/plain-digests.ts";

const text = "CANARY is written in a file";
const type = "text/plain";

async function open() {
  const world = await openWorld({ audit: { digest: "sha256" } });
  return { ...world, ...apiClients(world) };
}

/** A part of a form as it is digested. */
const part = (filename: string, content_type = type) => ({
  name: "file",
  filename,
  content_type,
  bytes: text.length,
  sha256: h(text),
});

test("an upload of openai's is digested by its parts, and what administers files by nothing", async () => {
  const { openai, entries, directory } = await open();
  const { id } = await openai.files.create({
    purpose: "user_data",
    file: await toFile(Buffer.from(text), "CANARY.txt", { type }),
  });
  await openai.files.list();
  await openai.files.retrieve(id);
  await openai.files.delete(id);
  const [uploaded, ...others] = entries();
  expect(uploaded).toMatchObject({
    event_type: "file_upload",
    endpoint: "/api/v1/files",
    status: "success",
    model: null,
    parameters: { purpose: "user_data" },
    request_bytes: text.length + "user_data".length,
    prompt_hash: digestOf([{ name: "purpose", value: "user_data" }, part("CANARY.txt")]),
  });
  expect(others.map(({ method, endpoint }) => `${method} ${endpoint}`)).toEqual([
    "GET /api/v1/files",
    "GET /api/v1/files/{id}",
    "DELETE /api/v1/files/{id}",
  ]);
  for (const entry of others) {
    expect(entry).toMatchObject({
      event_type: "file",
      status: "success",
      tools: null,
      parameters: null,
      prompt_hash: null,
      response_hash: null,
    });
  }
  for (const word of ["CANARY", id]) expect(journalTextIn(directory)).not.toContain(word);
});

test("an upload of the SDK's has the same digest as its parts", async () => {
  const { sdk, entries } = await open();
  const blob = new Blob([text], { type });
  await sdk.files.upload({ requestBody: { file: { fileName: "a.txt", content: blob } } });
  expect(entries()).toMatchObject([
    { event_type: "file_upload", status: "success", prompt_hash: digestOf([part("a.txt")]) },
  ]);
});

test("the content of a file is its bytes, and nothing in it is taken for what OpenRouter says", async () => {
  const { send, fake, entries, directory } = await open();
  const contents = [
    ["application/json", JSON.stringify({ error: { code: 500, message: text } })],
    ["text/event-stream", `data: {"error":{"message":"${text}"}}\n\n`],
    ["application/octet-stream", text],
  ] as const;
  for (const [mediaType, body] of contents) {
    fake.next({ raw: { headers: { "content-type": mediaType }, body } });
    expect((await send("GET", "/api/v1/files/or_file_1/content")).text).toBe(body);
  }
  expect(entries().map(({ status, error_message }) => [status, error_message])).toEqual(
    contents.map(() => ["success", null]),
  );
  expect(entries().map(({ response_hash }) => response_hash)).toEqual(
    contents.map(([, body]) => digestOf(Buffer.from(body))),
  );
  expect(journalTextIn(directory)).not.toContain("CANARY");
});

test("a file that the SDK fetches is digested as it passes", async () => {
  const { sdk, fake, entries } = await open();
  fake.next({ raw: { headers: { "content-type": "application/octet-stream" }, body: text } });
  expect(await new Response(await sdk.files.download({ fileId: "or_file_1" })).text()).toBe(text);
  expect(entries()).toMatchObject([
    { event_type: "file_content", status: "success", response_hash: digestOf(Buffer.from(text)) },
  ]);
});

test("a file that cannot be had keeps the reason", async () => {
  const { send, entries } = await open();
  await send("GET", "/api/v1/files/or_file_0/content");
  expect(entries()).toMatchObject([
    {
      event_type: "file_content",
      endpoint: "/api/v1/files/{id}/content",
      status: "error",
      error_code: 404,
      error_message: "File or_file_0 not found",
      response_hash: null,
    },
  ]);
});
