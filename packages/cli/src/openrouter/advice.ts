import type { Answer } from "./get-json.ts";

/** What is wrong, and what to do about it. */
export interface Trouble {
  readonly problem: string;
  readonly advice: string;
}

/** The trouble an answer of OpenRouter spells, or null when it is a good one. */
export function troubleOf(answer: Answer, baseURL: string): Trouble | null {
  if (answer.kind === "unreachable") return unreachable(answer.reason, answer.code, baseURL);
  const { status, body, retryAfter } = answer;
  const message = messageOf(body);
  if (status === 200 && message === null) return null;
  const said = message === null ? "" : `: ${message}`;
  return { problem: `OpenRouter answered ${status}${said}`, advice: adviceFor(status, retryAfter, baseURL) };
}

function adviceFor(status: number, retryAfter: string | null, baseURL: string): string {
  if (status >= 300 && status < 400)
    return `${baseURL} redirects elsewhere, and the key is not sent after it. The base URL should be https://openrouter.ai/api/v1.`;
  if (status === 401)
    return "The key is wrong, disabled or deleted. Make or copy one at https://openrouter.ai/settings/keys and set OPENROUTER_API_KEY.";
  if (status === 402)
    return "The account or the key has no credit left. Add credit at https://openrouter.ai/settings/credits or raise the key's limit.";
  if (status === 403)
    return "The key may not do this: see its guardrails and permissions at https://openrouter.ai/settings/keys.";
  if (status === 404)
    return `There is no such path below ${baseURL}. The base URL should end in /api/v1: https://openrouter.ai/api/v1.`;
  if (status === 408 || status === 504 || status === 524)
    return "OpenRouter took too long. Try again in a moment.";
  if (status === 429)
    return `Too many requests. ${waitFor(retryAfter)} Clients such as openai do so by themselves (maxRetries); free models have daily limits.`;
  if (status >= 500)
    return `OpenRouter has a problem of its own. ${waitFor(retryAfter)} See https://status.openrouter.ai.`;
  return `Is ${baseURL} the API of OpenRouter? It should be https://openrouter.ai/api/v1.`;
}

function waitFor(retryAfter: string | null): string {
  if (retryAfter === null) return "Wait a little and try again.";
  return /^\d+$/.test(retryAfter)
    ? `Wait ${retryAfter} s (Retry-After) and try again.`
    : `Wait until ${retryAfter} (Retry-After) and try again.`;
}

const networkAdvice: Readonly<Record<string, string>> = {
  ENOTFOUND: "The name of the host is not known here. Check the base URL and the network's DNS.",
  EAI_AGAIN: "The name of the host could not be looked up. Is this machine online?",
  ECONNREFUSED: "Nothing listens there. Check host and port of the base URL.",
  ECONNRESET: "The connection was cut. A proxy or firewall in between may do that.",
  TIMEOUT: "A firewall may swallow the connection, or the network is slow: --timeout waits longer.",
  UND_ERR_CONNECT_TIMEOUT: "No connection came about: a firewall may swallow it.",
  CERT_HAS_EXPIRED: "The certificate of the host has expired; or the clock of this machine is wrong.",
  SELF_SIGNED_CERT_IN_CHAIN:
    "A proxy in between presents its own certificate: set NODE_EXTRA_CA_CERTS to its CA.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "A proxy in between presents its own certificate: set NODE_EXTRA_CA_CERTS to its CA.",
};

function unreachable(reason: string, code: string | null, baseURL: string): Trouble {
  const known = code === null ? undefined : networkAdvice[code];
  return {
    problem: `${baseURL} cannot be reached: ${reason}`,
    advice: known ?? "Check the base URL and the network. fetch in Node uses no proxy unless it is told to.",
  };
}

/** The message of OpenRouter's error envelope; it can come with any status, 200 too. */
function messageOf(body: unknown): string | null {
  const { error } = (body ?? {}) as { error?: unknown };
  if (error === undefined || error === null) return null;
  const { message } = error as { message?: unknown };
  return typeof message === "string" ? message.slice(0, 300) : "an error without a message";
}
