import { createHash, randomBytes } from "node:crypto";
import * as models from "@openrouter/sdk/models";
import { get, openFake } from "./open-fake.ts";
import { formWith, send } from "./send.ts";

const text = new Blob(["name,age\nada,36\n"], { type: "application/octet-stream" });
const anthropic = { "anthropic-version": "2023-06-01" };
const openai = { "user-agent": "OpenAI/JS 7.57.0" };

test("a file is uploaded, listed, looked at and deleted", async () => {
  const fake = await openFake({ now: () => 1_790_000_000_000 });
  const uploaded = await send(fake, "POST", "/files", formWith(text, "data/report.csv"));
  expect(uploaded.status).toBe(200);
  const file = await uploaded.json();
  models.FileResponse$inboundSchema.parse(file);
  expect(file).toMatchObject({
    id: expect.stringMatching(/^or_file_/),
    type: "file",
    filename: "data/report.csv",
    mime_type: "text/csv",
    size_bytes: 16,
    created_at: "2026-09-21T14:13:20.000Z",
    downloadable: false,
  });
  expect(await (await get(fake, `/files/${file.id}`)).json()).toEqual(file);
  const list = await (await get(fake, "/files")).json();
  models.FileListResponse$inboundSchema.parse(list);
  expect(list).toMatchObject({ data: [file], has_more: false, cursor: null, first_id: file.id });
  const deleted = await (await send(fake, "DELETE", `/files/${file.id}`)).json();
  models.FileDeleteResponse$inboundSchema.parse(deleted);
  expect((await get(fake, `/files/${file.id}`)).status).toBe(404);
});

test("what was uploaded cannot be downloaded", async () => {
  const fake = await openFake();
  const { id } = await (await send(fake, "POST", "/files", formWith(text, "a.csv"))).json();
  expect((await get(fake, `/files/${id}/content`)).status).toBe(400);
});

test.each([
  ["Anthropic's", anthropic, { type: "file", mime_type: "text/csv" }],
  ["OpenAI's", openai, { object: "file", bytes: 16, status: "processed", purpose: "batch" }],
])("clients of %s kind are told in their own shape", async (_title, headers, shape) => {
  const fake = await openFake();
  const form = formWith(text, "a.csv", { purpose: "batch" });
  const file = await (await send(fake, "POST", "/files", form, headers)).json();
  models.FileResponse$inboundSchema.parse(file);
  expect(file).toMatchObject(shape);
  const list = await (await send(fake, "GET", "/files", undefined, headers)).json();
  models.FileListResponse$inboundSchema.parse(list);
  const deleted = await (await send(fake, "DELETE", `/files/${file.id}`, undefined, headers)).json();
  models.FileDeleteResponse$inboundSchema.parse(deleted);
});

test("a long list comes in pages", async () => {
  const fake = await openFake();
  for (const name of ["1", "2", "3"]) await send(fake, "POST", "/files", formWith(text, name));
  const first = await (await get(fake, "/files?limit=2")).json();
  const second = await (await get(fake, `/files?limit=2&cursor=${first.cursor}`)).json();
  const names = [first, second].map(({ data }) => data.map(({ filename }: { filename: string }) => filename));
  expect(names).toEqual([["1", "2"], ["3"]]);
  expect([first.has_more, second.has_more]).toEqual([true, false]);
});

test.each([
  ["%PDF-1.7", "application/pdf"],
  ['{"a":1}', "application/json"],
  ['{"a":1}\n{"a":2}\n', "application/x-ndjson"],
  ["# Title\n\ntext", "text/markdown"],
  ["just text", "text/plain"],
  [
    new Uint8Array([0x50, 0x4b, 3, 4, ...Buffer.from("..word/document.xml")]),
    expect.stringContaining("word"),
  ],
  [new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), "image/jpeg"],
])("the type of a file follows from its content", async (content, type) => {
  const fake = await openFake();
  const form = formWith(new Blob([content as string], { type: "video/mp4" }), "file");
  expect((await (await send(fake, "POST", "/files", form)).json()).mime_type).toEqual(type);
});

test.each([
  ["one that is empty", formWith(new Blob([]), "a.txt")],
  ["one of no known type", formWith(new Blob([new Uint8Array([0, 1, 255, 254])]), "a.bin")],
  ["a name that leaves its folder", formWith(text, "a/../b")],
  ["a form without one", new FormData()],
])("of files, %s is refused", async (_title, form) => {
  const fake = await openFake();
  expect((await send(fake, "POST", "/files", form)).status).toBe(400);
  expect((await (await get(fake, "/files")).json()).data).toEqual([]);
});

test("a file above a hundred mebibytes is refused, and the ledger keeps its size and hash, not its content", async () => {
  const fake = await openFake();
  const large = Buffer.alloc(104_857_601, randomBytes(1000));
  const response = await fetch(`${fake.url}/files`, {
    method: "POST",
    headers: {
      authorization: "Bearer sk-or-v1-x",
      "content-type": "multipart/form-data; boundary=cut",
    },
    body: Buffer.concat([
      Buffer.from('--cut\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n\r\n'),
      large,
      Buffer.from("\r\n--cut--\r\n"),
    ]),
  });
  expect(response.status).toBe(413);
  const [entry] = fake.requests;
  expect(entry!.bodyBytes).toBeGreaterThan(large.length);
  expect(entry!.bodyBytes).toBe(Number(entry!.headers["content-length"]));
  expect(Buffer.byteLength(entry!.bodyText, "utf8")).toBeLessThan(4_000_000);
  expect(entry!.bodyText).toContain('filename="large.txt"');
});

test("the ledger knows a small form by its text, and any body by its size and hash", async () => {
  const fake = await openFake();
  const body = '--b\r\nContent-Disposition: form-data; name="file"; filename="ä.txt"\r\n\r\nü\r\n--b--\r\n';
  await fetch(`${fake.url}/files`, {
    method: "POST",
    headers: { authorization: "Bearer sk-or-v1-x", "content-type": "multipart/form-data; boundary=b" },
    body,
  });
  expect(fake.requests[0]).toMatchObject({
    body,
    bodyText: body,
    bodyBytes: Buffer.byteLength(body),
    bodySha256: createHash("sha256").update(body).digest("hex"),
    status: 200,
  });
});
