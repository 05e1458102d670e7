import Anthropic from "@anthropic-ai/sdk";
import { key } from "../audited-world.ts";
import { type Call, type Client, isRetryable } from "./client.ts";

/** Anthropic's client, for which OpenRouter has `/messages`. */
export const anthropicClient: Client = {
  name: "@anthropic-ai/sdk",
  takesAnyBody: true,
  retries: isRetryable,
  whole: {
    message: async (call) => open(call).messages.create(call.body as never, { signal: call.signal }),
  },
  stream: {
    message: async (call) => {
      const sent = open(call).messages.create({ ...call.body, stream: true } as never, {
        signal: call.signal,
      });
      return sent as unknown as Promise<AsyncIterable<unknown>>;
    },
  },
};

function open({ fetch, origin }: Call): Anthropic {
  return new Anthropic({ authToken: key, apiKey: null, baseURL: `${origin}/api`, fetch, logLevel: "off" });
}
