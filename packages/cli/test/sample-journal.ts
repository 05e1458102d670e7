import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog } from "@openrouter-audit/core";

export const secret = "a secret that only these tests know, long enough";

/** Calls a model through an audited fetch, as a user, or as nobody. */
export type Call = (
  user: string | null,
  model: string,
  options?: { readonly status?: number },
) => Promise<void>;

type Work = (call: Call, audit: AuditLog) => Promise<void>;

/** A new directory that is removed after the test. */
export function newDirectory(): string {
  const directory = temporaryDirectory();
  made.push(directory);
  return directory;
}

const temporaryDirectory = () => mkdtempSync(join(tmpdir(), "openrouter-audit-cli-"));

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** What was written once: the same work writes the same, and a copy of it costs nothing. */
const written = new Map<Work, Promise<string>>();
afterAll(async () => {
  for (const directory of written.values()) rmSync(await directory, { recursive: true, force: true });
});

/**
 * A real journal, written by the real library in front of a server that answers like OpenRouter.
 *
 * @param directory one that may have a journal already: then it goes on. @default a new one
 */
export async function sampleJournal(work: Work, directory?: string): Promise<string> {
  if (directory !== undefined) return writtenBy(work, directory);
  const original = written.get(work) ?? writtenBy(work, temporaryDirectory());
  written.set(work, original);
  const copy = newDirectory();
  cpSync(await original, copy, { recursive: true });
  return copy;
}

async function writtenBy(work: Work, directory: string): Promise<string> {
  const server = createServer((request, response) => {
    const status = Number(request.headers["x-answer"] ?? 200);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? completion : { error: { code: status, message: "No." } }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  const audit = new AuditLog({ directory, secret, baseURL, onProblem: () => undefined });
  const call: Call = (user, model, { status = 200 } = {}) =>
    audit.run({ userId: user }, async () => {
      const response = await audit.fetch(`${baseURL}/chat/completions`, {
        method: "POST",
        headers: { "x-answer": String(status) },
        body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
      });
      await response.text();
    });
  try {
    await work(call, audit);
    await audit.close();
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return directory;
}

const completion = {
  id: "gen-1",
  object: "chat.completion",
  model: "openai/gpt-4o-mini",
  provider: "OpenAI",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hi" } }],
  usage: { prompt_tokens: 1412, completion_tokens: 235, total_tokens: 1647, cost: 0.000353 },
};

/** The one journal file of a directory, its lines, and a way to change them. */
export function journalFile(directory: string) {
  const name = readdirSync(directory).find((each) => each.endsWith(".jsonl"))!;
  const path = join(directory, name);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return {
    name,
    path,
    lines,
    /** The 1-based number of the first line that holds a text. */
    lineWith: (text: string) => lines.findIndex((line) => line.includes(text)) + 1,
    rewrite: (change: (lines: string[]) => string[]) =>
      writeFileSync(path, `${change([...lines]).join("\n")}\n`),
  };
}
