import { answer, asking, raw, sameWithAudit } from "../support/same-with-audit.ts";

const success = { status: "success", response_complete: true, response_bytes: Buffer.byteLength(answer) };

function described({ status, statusText, ok, url, redirected, type, bodyUsed, headers }: Response) {
  return { status, statusText, ok, url, redirected, type, bodyUsed, headers: [...headers] };
}

test("a response looks the same from outside", async () => {
  const headers = { "content-type": "application/json", "x-own": "1", "set-cookie": "a=1" };
  const [entry] = await sameWithAudit(
    async ({ fetch, url }) => {
      const response = await fetch(url, asking());
      expect(response).toBeInstanceOf(Response);
      return [described(response), await response.json(), response.bodyUsed];
    },
    raw({ status: 201, headers: { ...headers, date: "Tue, 24 Nov 2026 12:00:00 GMT" } }),
  );
  expect(entry).toMatchObject({ ...success, http_status: 201 });
});

test.each([
  ["text()", (response: Response) => response.text()],
  ["arrayBuffer()", async (response: Response) => Buffer.from(await response.arrayBuffer()).toString()],
  [
    "blob()",
    async (response: Response) => {
      const blob = await response.blob();
      return [blob.type, await blob.text()];
    },
  ],
])("%s gives the same", async (_name, read) => {
  const entries = await sameWithAudit(async ({ fetch, url }) => read(await fetch(url, asking())), raw());
  expect(entries).toEqual([expect.objectContaining(success)]);
});

test("a clone gives the same, and is as well described", async () => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => {
      const response = await fetch(url, asking());
      const clone = response.clone();
      return [described(clone), await clone.text(), await response.text()];
    },
    raw({ headers: { date: "Tue, 24 Nov 2026 12:00:00 GMT" } }),
  );
  expect(entries).toEqual([expect.objectContaining(success)]);
});

test.each([
  ["an answer", raw(), { status: "success" }],
  ["an error", raw({ status: 400, body: '{"error": {"code": 400}}' }), { status: "error" }],
])("%s can be read into the caller's own buffer", async (_name, behaviour, expected) => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => {
      const reader = (await fetch(url, asking())).body!.getReader({ mode: "byob" });
      let text = "";
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(16));
        text += Buffer.from(value ?? []).toString("latin1");
        if (done) return text;
      }
    },
    { ...behaviour, chunkBytes: 11 },
  );
  expect(entries).toEqual([expect.objectContaining(expected)]);
});

test("pipeTo, pipeThrough and tee give the same", async () => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => {
      const [first, second] = (await fetch(url, asking())).body!.tee();
      let text = "";
      await first.pipeThrough(new TextDecoderStream() as never).pipeTo(
        new WritableStream({
          write(part) {
            text += part;
          },
        }),
      );
      return [text, await new Response(second).text()];
    },
    { ...raw(), chunkBytes: 5 },
  );
  expect(entries).toEqual([expect.objectContaining(success)]);
});

test("reading twice fails in the same way", async () => {
  await sameWithAudit(async ({ fetch, url }) => {
    const response = await fetch(url, asking());
    await response.text();
    return response.text().catch(({ name, message }) => ({ name, message }));
  }, raw());
});

test.each([204, 205, 304])("status %i has no body", async (status) => {
  const [entry] = await sameWithAudit(
    async ({ fetch, url }) => {
      const response = await fetch(url, asking());
      return [response.status, response.body, await response.text()];
    },
    raw({ status, headers: {}, body: [] }),
  );
  expect(entry).toMatchObject({ http_status: status, response_bytes: 0, response_hash: null });
});

test("a status that no Response can be made with passes all the same", async () => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => {
      const response = await fetch(url, asking());
      return [described(response), described(response.clone()), await response.text()];
    },
    raw({ status: 999, headers: { date: "Tue, 24 Nov 2026 12:00:00 GMT" }, body: "no" }),
  );
  expect(entries).toEqual([expect.objectContaining({ status: "error", http_status: 999, error_code: 999 })]);
});

test("a redirect is followed, or shown, in the same way", async () => {
  const moved = raw({ status: 307, headers: { location: "/api/v1/chat/completions?again" }, body: "moved" });
  const followed = await sameWithAudit(
    async ({ fetch, url }) => {
      const response = await fetch(url, asking());
      return [response.url, response.redirected, await response.text()];
    },
    moved,
    raw(),
  );
  expect(followed).toEqual([expect.objectContaining(success)]);
  const shown = await sameWithAudit(async ({ fetch, url }) => {
    const response = await fetch(url, asking({ redirect: "manual" }));
    return [response.status, response.type, response.headers.get("location"), await response.text()];
  }, moved);
  expect(shown).toEqual([expect.objectContaining({ status: "error", http_status: 307 })]);
});

test("the content type of a stream may be written in capitals", async () => {
  const body = `data: ${JSON.stringify({ choices: [{ delta: { content: "a" } }] })}\r\n\r\ndata: [DONE]\r\n\r\n`;
  const entries = await sameWithAudit(
    async ({ fetch, url }) => (await fetch(url, asking())).text(),
    raw({ headers: { "content-type": "Text/Event-Stream;charset=UTF-8" }, body }),
  );
  expect(entries).toEqual([expect.objectContaining({ status: "success", generation_id: null })]);
});
