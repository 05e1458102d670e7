import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { digestPrompt } from "@openrouter-audit/core";
import { secret } from "../support/audited-world.ts";
import { compileRecipes, type Ran, recipesOf, removeRecipes, runRecipe } from "../support/recipes.ts";

const recipes = recipesOf("docs/clients.md");
const [unpaid, openai, sdk, aiSdk, langchain, anthropic, fetch, express] = [...recipes.values()];
const express4 = recipesOf("packages/express/README.md").get("Express 4");
const programs = {
  unpaid: { code: unpaid![0]! },
  "openai-5": { code: openai![0]!, modules: { openai: "openai-5" } },
  "openai-6": { code: openai![0]! },
  "openai-7": { code: openai![0]!, modules: { openai: "openai-7" } },
  "openrouter-sdk": { code: sdk![0]! },
  "ai-sdk": { code: aiSdk![0]! },
  "langchain-openai": { code: langchain![0]! },
  "langchain-openrouter": { code: langchain![1]! },
  anthropic: { code: anthropic![0]! },
  fetch: { code: fetch![0]! },
  images: { code: fetch![1]! },
  express: { code: express![0]! },
  "express-4": { code: express4![0]!, modules: { express: "express-4" } },
  "express-4-stream": { code: express4![1]!, modules: { express: "express-4" } },
};
/** A recipe of the page with other options of the log. */
const expressWith = (options: string) => ({
  code: express![0]!.replace("auditMiddleware()", `auditMiddleware(${options})`),
});
const variants = {
  "express-4-answering": {
    code: express4![1]!.replace('{ withoutUser: "refuse" }', ""),
    modules: { express: "express-4" },
  },
  "express-refusing": expressWith('{ withoutUser: "refuse" }'),
  "express-full-disk": expressWith("{ disk: { stopBytes: Number.MAX_SAFE_INTEGER } }"),
};

beforeAll(() => compileRecipes({ ...programs, ...variants }), 120_000);
afterAll(removeRecipes);

const question = "Tell me a joke.";
const answer = `Hello! You said: ${question}`;
const asked = { secret };

/** One entry for each request that came, in its words. */
function expectEntries({ fake, entries }: Ran, said: object): void {
  expect(entries).toEqual(
    fake.requests.map(({ method, path, status, generationId, body, bodyText }) => {
      const { model, messages } = body as { model: string; messages: readonly object[] };
      return expect.objectContaining({
        method,
        endpoint: path,
        http_status: status,
        generation_id: generationId,
        model,
        request_bytes: Buffer.byteLength(bodyText),
        prompt_hash: digestPrompt(messages, asked),
        response_hash: expect.stringMatching(/^hmac-sha256:/),
        status: "success",
        response_complete: true,
        ...said,
      });
    }),
  );
}

test("no block of the page is left out", () => {
  const found = [...recipes.values(), express4!].flat();
  expect(found.sort()).toEqual([...new Set(Object.values(programs).map(({ code }) => code))].sort());
});

const ada = { user_id: "ada", attribution: { how: "authenticated", source: "context" } };
const chats = Object.keys(programs).filter(
  (name) =>
    !["unpaid", "anthropic", "fetch", "images", "express", "express-4", "express-4-stream"].includes(name),
);

test.each(chats)("%s: the answer is printed, and its entry is in the journal", async (name) => {
  const ran = await runRecipe(name);
  expect(ran.printed.trim()).toBe(answer);
  expect(ran.complained).toBe("");
  expect(ran.fake.requests).toHaveLength(1);
  expectEntries(ran, { event_type: "chat_completion", stream: false, ...ada });
});

test("unpaid: what is asked goes to the program's own server, and is recorded", async () => {
  const ran = await runRecipe("unpaid");
  expect(ran.printed.trim()).toBe(answer);
  expect(ran.complained).toBe("");
  expect(ran.fake.requests).toEqual([]);
  expect(ran.entries).toEqual([
    expect.objectContaining({ ...ada, status: "success", prompt_hash: digestPrompt(question, asked) }),
  ]);
});

test("the versions that the pages name are those that are installed", () => {
  const page = readFileSync("docs/clients.md", "utf8");
  const vanishing = readFileSync("docs/nothing-vanishes.md", "utf8");
  const named = [...page.matchAll(/^\| `(\S+)` \| ([\d., ]+) \|/gm)];
  expect(named).toHaveLength(7);
  for (const [, name, versions] of named) {
    const aliases = name === "openai" ? ["openai-5", "openai", "openai-7"] : [name!];
    expect(versions).toBe(aliases.map(versionOf).join(", "));
    // In the tables of the other page this one, which has no fetch of its own, is not.
    if (name === "@langchain/openrouter") continue;
    for (const version of aliases.map(versionOf)) expect(vanishing).toContain(version);
  }
});

function versionOf(name: string): string {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
}

test("the openai recipe was run with each version", async () => {
  const agents: unknown[] = [];
  for (const name of ["openai-5", "openai-6", "openai-7"])
    agents.push((await runRecipe(name)).fake.requests[0]!.headers["user-agent"]);
  expect(agents).toEqual(
    [/5/, /6/, /7/].map((major) => expect.stringMatching(`^OpenAI/JS ${major.source}\\.`)),
  );
});

test("anthropic: the answer is printed, and its entry says that it is a message", async () => {
  const ran = await runRecipe("anthropic");
  expect(ran.printed).toContain(answer);
  expect(ran.fake.requests.map(({ path, headers }) => [path, "x-api-key" in headers])).toEqual([
    ["/api/v1/messages", false],
  ]);
  const [entry] = ran.entries;
  expect(ran.entries).toHaveLength(1);
  expect(entry).toMatchObject({ ...ada, event_type: "message", status: "success", response_complete: true });
  expect(entry.generation_id).toBe(ran.fake.requests[0]!.generationId);
});

test("fetch: a URL with its options and a Request are two calls of the same user", async () => {
  const ran = await runRecipe("fetch");
  expect(ran.printed.match(/chat\.completion/g)).toHaveLength(2);
  expect(ran.fake.requests).toHaveLength(2);
  expectEntries(ran, { event_type: "chat_completion", ...ada });
  expect(new Set(ran.entries.map(({ call_id }) => call_id)).size).toBe(2);
});

test("images: the image is asked for at /images, and recorded as one", async () => {
  const ran = await runRecipe("images");
  expect(ran.complained).toBe("");
  expect(ran.fake.requests.map(({ path, status }) => [path, status])).toEqual([["/api/v1/images", 200]]);
  expect(ran.entries).toEqual([
    expect.objectContaining({
      ...ada,
      event_type: "image",
      model: "openai/gpt-image-1",
      status: "success",
      prompt_hash: expect.any(String),
      response_hash: expect.any(String),
    }),
  ]);
});

test("express: the entry knows the request, and the log is closed by the signal", async () => {
  let text = "";
  const ran = await runRecipe("express", async (port, stop) => {
    text = (await answerOf(`http://127.0.0.1:${port}/joke`)).text;
    stop();
  });
  expect(text).toBe(answer);
  expect(ran.fake.requests).toHaveLength(1);
  expectEntries(ran, {
    event_type: "chat_completion",
    stream: true,
    user_id: null,
    attribution: { how: "anonymous", source: null },
    request: expect.objectContaining({ method: "GET", route: "/joke" }),
  });
});

test.each([
  ["express-refusing", 403, "CALL_REFUSED"],
  ["express-full-disk", 503, "JOURNAL_UNWRITABLE"],
])("%s: what the log does not let through is answered with %d", async (name, expected, code) => {
  let answer = { status: 0, text: "" };
  const ran = await runRecipe(name, async (port, stop) => {
    answer = await answerOf(`http://127.0.0.1:${port}/joke`);
    stop();
  });
  expect([answer.status, JSON.parse(answer.text).code]).toEqual([expected, code]);
  expect(ran.fake.requests).toEqual([]);
});

test("express: an error in mid-stream cuts the answer off", async () => {
  let text: Promise<string> | undefined;
  const ran = await runRecipe("express", async (port, stop, fake) => {
    fake.next({ text: "one two three four", streamError: { error: 502 }, chunkDelayMs: 20 });
    // With "close" Node's fetch takes the end of the connection for that of the answer.
    text = answerOf(`http://127.0.0.1:${port}/joke`, "keep-alive").then((answer) => answer.text);
    await text.catch(() => undefined);
    stop();
  });
  await expect(text).rejects.toThrow("terminated");
  expect(ran.entries).toEqual([expect.objectContaining({ status: "error", user_id: null })]);
});

test.each(["express-4", "express-4-stream"])(
  "%s: a call that is refused is answered with 403, and the process goes on",
  async (name) => {
    const answers: [status: number, text: string][] = [];
    const ran = await runRecipe(name, async (port, stop) => {
      for (let times = 0; times < 2; times++) {
        const { status, text } = await answerOf(`http://127.0.0.1:${port}/joke`);
        answers.push([status, JSON.parse(text).code]);
      }
      stop();
    });
    expect(answers).toEqual(Array(2).fill([403, "CALL_REFUSED"]));
    expect(ran.fake.requests).toEqual([]);
    expect(ran.entries.map(({ event_type }) => event_type)).toEqual(["call_refused", "call_refused"]);
  },
);

test("express-4: a stream is read to its end, and an error in it cuts the answer off while the process goes on", async () => {
  const texts: unknown[] = [];
  const ran = await runRecipe("express-4-answering", async (port, stop, fake) => {
    const url = `http://127.0.0.1:${port}/joke`;
    texts.push((await answerOf(url)).text);
    fake.next({ text: "one two three four", streamError: { error: 502 }, chunkDelayMs: 20 });
    texts.push(
      await answerOf(url, "keep-alive").then(
        () => "whole",
        ({ message }) => message,
      ),
    );
    texts.push((await answerOf(url)).text);
    stop();
  });
  expect(texts).toEqual([answer, "terminated", answer]);
  expect(ran.entries.map(({ status }) => status)).toEqual(["success", "error", "success"]);
});

/** The server takes a while to listen. */
async function answerOf(url: string, connection = "close"): Promise<{ status: number; text: string }> {
  for (let tries = 0; tries < 200; tries++) {
    const response = await globalThis.fetch(url, { headers: { connection } }).catch(() => null);
    if (response) return { status: response.status, text: await response.text() };
    await sleep(50);
  }
  throw new Error(`Nobody listens: ${url}`);
}
