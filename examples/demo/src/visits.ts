import jsonwebtoken from "jsonwebtoken";
import colors from "picocolors";
import type { Service } from "./service.ts";
import type { Upstream } from "./upstream.ts";

/** What the users of both applications do, one after the other. */
export async function visits(
  express: Service,
  nest: Service,
  openRouter: Upstream,
  jwtSecret: string,
): Promise<void> {
  const as = (user: string) => ({
    authorization: `Bearer ${jsonwebtoken.sign({ sub: user }, jwtSecret, { expiresIn: "5m" })}`,
  });
  const visit = async (
    service: Service,
    user: string | null,
    path: string,
    body: object,
    what: string,
  ): Promise<void> => {
    const response = await fetch(service.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...(user && as(user)) },
      body: JSON.stringify(body),
    });
    say(service, user, path, what, response.status, await response.text());
  };

  await visit(express, "ada", "/chat", { prompt: "What is an audit trail?" }, "a plain chat");
  await visit(express, "grace", "/chat/stream", { prompt: "Tell me of Merkle trees." }, "a streamed chat");
  await visit(express, "ada", "/weather", { prompt: "How is the weather in Lisbon?" }, "a turn with a tool");
  await visit(express, "grace", "/chat", { prompt: "Hello", model: "openai/gpt-99" }, "an unknown model");

  if (!openRouter.isReal) openRouter.next({ error: { name: "rate_limited", retryAfterSeconds: 1 } });
  await visit(
    nest,
    "linus",
    "/chat",
    { prompt: "Are you busy?" },
    openRouter.isReal ? "a plain chat" : "a 429, which the client retries",
  );
  await hangUp(nest, "linus", openRouter, as("linus"));
  await visit(nest, null, "/chat", { prompt: "Let me in" }, "no token: no call, no entry");
}

/** Reads the beginning of a stream, and leaves. */
async function hangUp(
  service: Service,
  user: string,
  openRouter: Upstream,
  headers: Record<string, string>,
): Promise<void> {
  openRouter.next({
    chunkDelayMs: 25,
    text: "Once upon a time there was a ledger that nobody could change. ".repeat(20),
  });
  const path = `/chat/stream?prompt=${encodeURIComponent("Tell me a very long story.")}`;
  const leave = new AbortController();
  const response = await fetch(service.url + path, { headers, signal: leave.signal });
  const decoder = new TextDecoder();
  let seen = "";
  for await (const chunk of response.body!) {
    seen += decoder.decode(chunk, { stream: true });
    if (seen.split("data:").length > 8) break;
  }
  leave.abort();
  const text = [...seen.matchAll(/^data: (.*)$/gm)].map(([, data]) => data).join("");
  say(service, user, "/chat/stream", "hangs up in mid-stream", response.status, text);
}

function say(
  service: Service,
  user: string | null,
  path: string,
  what: string,
  status: number,
  answer: string,
): void {
  const text = textOf(answer);
  const shown = text.length > 44 ? `${text.slice(0, 44)}\u2026` : text;
  const code = status < 400 ? colors.green(status) : colors.yellow(status);
  console.log(
    `  ${service.name.padEnd(8)}${colors.bold((user ?? "nobody").padEnd(7))}${path.padEnd(14)}${what.padEnd(32)}${code}  ${colors.dim(shown)}`,
  );
}

/** The text of an answer, which some routes wrap in JSON. */
function textOf(answer: string): string {
  if (!answer.startsWith("{")) return answer;
  const { text, error, message } = JSON.parse(answer);
  return message ?? text ?? error;
}
