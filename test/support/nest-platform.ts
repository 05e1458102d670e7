import "reflect-metadata";
import type { ServerResponse } from "node:http";
import {
  type ArgumentsHost,
  Body,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Res,
  Sse,
  UseFilters,
  UseGuards,
} from "@nestjs/common";
import { HttpAdapterHost, NestFactory } from "@nestjs/core";
import type { AuditLog } from "@openrouter-audit/core";
import {
  AuditMetadata,
  AuditModule,
  type AuditModuleOptions,
  InjectAuditLog,
  InjectOpenRouter,
} from "@openrouter-audit/nestjs";
import type OpenAI from "openai";
import { Observable } from "rxjs";
import { type Asked, askModel, askOverlapping, model } from "./ask-model.ts";
import type { Platform } from "./platform.ts";
import { userOfToken } from "./token.ts";

/** Puts the user of the token on the request, as passport's guard does; asks first on /early. */
@Injectable()
class TokenGuard implements CanActivate {
  constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest();
    if (request.url === "/early") await askModel(this.openrouter, "before authentication");
    const user = userOfToken(request.headers.authorization);
    if (user) request.user = user;
    return true;
  }
}

@Catch()
class ExplainingFilter implements ExceptionFilter {
  constructor(
    @InjectOpenRouter() private readonly openrouter: OpenAI,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  async catch(_error: unknown, host: ArgumentsHost): Promise<void> {
    const text = await askModel(this.openrouter, "explain the error");
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { text }, 500);
  }
}

/** A singleton: it knows nothing of requests. */
@Injectable()
class Assistant {
  constructor(
    @InjectOpenRouter() private readonly openrouter: OpenAI,
    @InjectAuditLog() private readonly audit: AuditLog,
  ) {}

  ask(prompt: string, claim?: string): Promise<string> {
    return askModel(this.openrouter, prompt, claim);
  }

  askOverlapping(body: Asked): Promise<string[]> {
    return askOverlapping(this.audit.fetch, this.audit.connection().baseURL, body);
  }

  stream(prompt: string) {
    return this.openrouter.chat.completions.create({
      model,
      stream: true,
      messages: [{ role: "user", content: prompt }],
    });
  }
}

/** Express's response, or Fastify's reply around it. */
type AnyResponse = ServerResponse & { readonly raw?: ServerResponse };

@Controller()
@UseGuards(TokenGuard)
@AuditMetadata({ feature: "chat", team: "support" })
class ChatController {
  constructor(@Inject(Assistant) private readonly assistant: Assistant) {}

  @Post("chat")
  @AuditMetadata({ feature: "plain chat" })
  async chat(@Body() body: { prompt: string; claim?: string }) {
    return { text: await this.assistant.ask(body.prompt, body.claim) };
  }

  @Post("chat/:id/stream")
  async stream(
    @Body() body: { prompt: string },
    @Param("id") _id: string,
    @Res() response: AnyResponse,
  ): Promise<void> {
    const stream = await this.assistant.stream(body.prompt);
    const raw = response.raw ?? response;
    raw.on("close", () => stream.controller.abort());
    raw.setHeader("content-type", "text/plain");
    for await (const chunk of stream) raw.write(chunk.choices[0]?.delta.content ?? "");
    raw.end();
  }

  @Sse("events")
  events(): Observable<{ data: string }> {
    return new Observable((subscriber) => {
      this.assistant.stream("tell me of events").then(
        async (stream) => {
          for await (const chunk of stream) subscriber.next({ data: chunk.choices[0]?.delta.content ?? "" });
          subscriber.complete();
        },
        (error) => subscriber.error(error),
      );
    });
  }

  @Post("overlapping")
  async overlapping(@Body() body: Asked) {
    return { texts: await this.assistant.askOverlapping(body) };
  }

  @Get("early")
  async early() {
    return { text: await this.assistant.ask("after authentication") };
  }

  @Get("broken")
  @UseFilters(ExplainingFilter)
  broken(): never {
    throw new Error("This handler is broken.");
  }
}

/** The application of {@link Platform} on Nest over one of its HTTP platforms. */
export function nestPlatform(name: "express" | "fastify"): Platform {
  return {
    name: `Nest on ${name}`,
    async serve(options) {
      const app = await nestApp(name, options);
      await app.listen({ port: 0, host: "127.0.0.1", backlog: 2048 } as never);
      app.getHttpServer().keepAliveTimeout = 60_000;
      return { url: await app.getUrl(), close: () => app.close() };
    },
  };
}

async function nestApp(name: "express" | "fastify", options: AuditModuleOptions): Promise<INestApplication> {
  @Module({ imports: [AuditModule.forRoot(options)], controllers: [ChatController], providers: [Assistant] })
  class ChatModule {}
  if (name === "express")
    return NestFactory.create(ChatModule, {
      logger: false,
      abortOnError: false,
      forceCloseConnections: true,
    });
  const { FastifyAdapter } = await import("@nestjs/platform-fastify");
  return NestFactory.create(ChatModule, new FastifyAdapter({ forceCloseConnections: true }), {
    logger: false,
    abortOnError: false,
  });
}
