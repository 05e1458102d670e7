import { readBody, unlessAborted } from "@openrouter-audit/core/sink";
import { explain } from "./explain.ts";
import type { Message } from "./message.ts";
import type { WebhookConfig } from "./options.ts";
import { signedHeaders } from "./signature.ts";

/** What a receiver answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** No list of rejected entries is longer. */
const mostBytes = 1 << 20;

/**
 * Posts a message, and reads the answer to its end: one that breaks off acknowledges nothing.
 *
 * @throws Error that says why there is no answer
 */
export async function post(message: Message, config: WebhookConfig, stop: AbortSignal): Promise<Answer> {
  const { url, keys, headers, timeoutMs } = config;
  stop.throwIfAborted();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const signal = AbortSignal.any([stop, timeout.signal]);
  try {
    const sending = config.fetch(url, {
      method: "POST",
      headers: {
        "user-agent": "openrouter-audit",
        ...headers,
        "content-type": "application/json",
        ...signedHeaders(keys, { ...message, now: new Date() }),
      },
      body: message.text,
      redirect: "manual",
      signal,
    });
    // A fetch that was given may not heed the signal.
    const response = await unlessAborted(sending, signal);
    const { bytes } = await unlessAborted(readBody(response, mostBytes), signal);
    return { status: response.status, headers: response.headers, text: bytes.toString() };
  } catch (error) {
    if (stop.aborted)
      throw new Error(`${url.origin} had not answered when the write was stopped.`, { cause: stop.reason });
    if (timeout.signal.aborted)
      throw new Error(`${url.origin} had not answered after ${timeoutMs / 1000} s.`, { cause: error });
    throw new Error(`${url.origin}: ${explain(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
