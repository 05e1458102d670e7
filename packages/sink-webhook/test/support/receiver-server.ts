import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { AuditEntry } from "@openrouter-audit/core";
import { Webhook } from "standardwebhooks";
import { freePort } from "../../../../test/support/free-port.ts";

export const secret = `whsec_${Buffer.alloc(32, "a secret for tests").toString("base64")}`;

export interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly data: readonly AuditEntry[];
}

type Answering = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

/** A receiver over real HTTP that believes nothing that the library of the standard does not verify. */
export class ReceiverServer {
  readonly requests: Received[] = [];
  answer: Answering = (_received, response) => response.writeHead(204).end();
  #server: Server = this.#serve();

  #serve(): Server {
    return createServer(async (request, response) => {
      const body = await text(request);
      const payload = new Webhook(secret).verify(body, request.headers as Record<string, string>);
      const { data } = payload as { data: AuditEntry[] };
      const received = { headers: request.headers, body, data };
      this.requests.push(received);
      this.answer(received, response, request);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/audit`;
  }

  /** @param again the port where it was before */
  async open(again?: number): Promise<void> {
    if (again !== undefined) this.#server = this.#serve();
    const port = again ?? (await freePort());
    await new Promise<void>((listening) => this.#server.listen(port, "127.0.0.1", listening));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
