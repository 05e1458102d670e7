import type { Call, Client } from "./clients/client.ts";
import { clients } from "./clients/clients.ts";
import { operations } from "./clients/operations.ts";

/** What a chat completion is asked with. */
export const hello = operations.chat.body;

/** A client's chat completions. */
export interface ChatClient extends Omit<Client, "whole" | "stream"> {
  whole(call: Call): Promise<unknown>;
  stream(call: Call): Promise<AsyncIterable<unknown>>;
}

export const chatClients: readonly ChatClient[] = clients.flatMap(({ whole, stream, ...client }) =>
  whole.chat && stream.chat ? [{ ...client, whole: whole.chat, stream: stream.chat }] : [],
);
