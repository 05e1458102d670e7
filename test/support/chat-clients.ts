import type { Call, Client } from "./clients/client.ts";
import { clients } from "./clients/clients.ts";

/** A client's chat completions. */
export interface ChatClient extends Omit<Client, "whole" | "stream"> {
  whole(call: Call): Promise<unknown>;
  stream(call: Call): Promise<AsyncIterable<unknown>>;
}

export const chatClients: readonly ChatClient[] = clients.flatMap(({ whole, stream, ...client }) =>
  whole.chat && stream.chat ? [{ ...client, whole: whole.chat, stream: stream.chat }] : [],
);
