import "reflect-metadata";
import { once } from "node:events";
import { Controller, type ExecutionContext, Module, UseInterceptors } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ClientProxyFactory, MessagePattern, Payload, Transport } from "@nestjs/microservices";
import { WsAdapter } from "@nestjs/platform-ws";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import {
  AuditInterceptor,
  AuditModule,
  type AuditModuleOptions,
  InjectOpenRouter,
} from "@openrouter-audit/nestjs";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import type OpenAI from "openai";
import { lastValueFrom } from "rxjs";
import { WebSocket } from "ws";
import { askModel } from "../support/ask-model.ts";
import { freePort } from "../support/free-port.ts";
import { entriesOf, secret, temporaryDirectory } from "../support/journal.ts";

let fake: FakeOpenRouter;
let options: AuditModuleOptions & { directory: string };
beforeAll(async () => {
  fake = await startFakeOpenRouter();
});
afterAll(() => fake.close());
beforeEach(() => {
  options = { directory: temporaryDirectory(), secret, apiKey: "sk-or-v1-test", baseURL: fake.url };
});

/** The sender, as this service's messages name it: a user only when the application says so. */
const senderOf = (context: ExecutionContext) => {
  const message =
    context.getType() === "rpc" ? context.switchToRpc().getData() : context.switchToWs().getData();
  return { user: { id: message.verifiedSender } };
};

describe("a microservice", () => {
  @Controller()
  class SummaryController {
    constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}

    @MessagePattern("summary")
    summary(@Payload() message: { text: string }) {
      return askModel(this.openrouter, message.text);
    }
  }

  /** Sends one message over TCP to a service of its own. */
  async function entriesAfterMessage(given: AuditModuleOptions) {
    @Module({ imports: [AuditModule.forRoot(given)], controllers: [SummaryController] })
    class SummaryModule {}
    const port = await freePort();
    const tcp = { transport: Transport.TCP as const, options: { host: "127.0.0.1", port } };
    const service = await NestFactory.createMicroservice(SummaryModule, { ...tcp, logger: false });
    await service.listen();
    const client = ClientProxyFactory.create(tcp);
    expect(
      await lastValueFrom(client.send("summary", { text: "a long text", verifiedSender: "ada" })),
    ).toContain("a long text");
    await client.close();
    await service.close();
    return entriesOf(options.directory);
  }

  test("names its sender through the request option", async () => {
    expect(await entriesAfterMessage({ ...options, request: senderOf })).toEqual([
      expect.objectContaining({ user_id: "ada", metadata: { handler: "SummaryController.summary" } }),
    ]);
  });

  test("works without it, for nobody in particular", async () => {
    expect(await entriesAfterMessage(options)).toEqual([
      expect.objectContaining({ user_id: null, attribution: { how: "no_context", source: null } }),
    ]);
  });
});

describe("a WebSocket gateway", () => {
  // Nest 11 applies no global interceptors to gateways.
  @UseInterceptors(AuditInterceptor)
  @WebSocketGateway()
  class ChatGateway {
    constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}

    @SubscribeMessage("chat")
    async chat(_client: unknown, message: { text: string }) {
      return { event: "answer", data: await askModel(this.openrouter, message.text) };
    }
  }

  /** Sends one message over a real socket. */
  async function entriesAfterMessage(given: AuditModuleOptions) {
    @Module({ imports: [AuditModule.forRoot(given)], providers: [ChatGateway] })
    class ChatModule {}
    const app = await NestFactory.create(ChatModule, { logger: false });
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, "127.0.0.1");
    const socket = new WebSocket((await app.getUrl()).replace("http", "ws"));
    await once(socket, "open");
    socket.send(JSON.stringify({ event: "chat", data: { text: "hello", verifiedSender: "ada" } }));
    const [answer] = await once(socket, "message");
    expect(String(answer)).toContain("hello");
    socket.terminate();
    await app.close();
    return entriesOf(options.directory);
  }

  test("names its sender through the request option", async () => {
    expect(await entriesAfterMessage({ ...options, request: senderOf })).toEqual([
      expect.objectContaining({ user_id: "ada", metadata: { handler: "ChatGateway.chat" } }),
    ]);
  });

  test("works without it, for nobody in particular", async () => {
    const [entry] = await entriesAfterMessage(options);
    expect(entry).toMatchObject({ user_id: null, attribution: { how: "no_context" }, status: "success" });
  });
});
