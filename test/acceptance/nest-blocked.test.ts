import "reflect-metadata";
import { once } from "node:events";
import { connect } from "node:http2";
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  Module,
  NotFoundException,
  Res,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ClientProxyFactory, MessagePattern, Transport } from "@nestjs/microservices";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { AuditError, AuditLog } from "@openrouter-audit/core";
import { AuditModule } from "@openrouter-audit/nestjs";
import { lastValueFrom, of } from "rxjs";
import request from "supertest";
import { describeBlocked } from "../support/describe-blocked.ts";
import { freePort } from "../support/free-port.ts";
import { secret, temporaryDirectory } from "../support/journal.ts";
import { nestPlatform } from "../support/nest-platform.ts";

describeBlocked(nestPlatform("express"));
describeBlocked(nestPlatform("fastify"));

const blocked = new AuditError("JOURNAL_BUSY", "More waits than may.");

@Controller()
class Jokes {
  @Get("blocked")
  blocked(): never {
    throw new Error("Connection error.", { cause: blocked });
  }

  @Get("own")
  own(): never {
    throw new NotFoundException("No jokes today.", { cause: blocked });
  }

  @Get("begun")
  begun(@Res() response: { write(text: string): void }): never {
    response.write("Once upon");
    throw blocked;
  }
}

/** Runs an application whose own filter sees every error. */
async function withFilter(work: (url: string, seen: unknown[]) => Promise<void>): Promise<void> {
  const seen: unknown[] = [];
  @Catch()
  class OwnFilter implements ExceptionFilter {
    catch(error: unknown, host: ArgumentsHost): void {
      seen.push(error);
      const response = host.switchToHttp().getResponse();
      if (!response.headersSent) response.status(418);
      response.end();
    }
  }
  const directory = temporaryDirectory();
  @Module({ imports: [AuditModule.forRoot({ directory, secret, client: false })], controllers: [Jokes] })
  class JokesModule {}
  const app = await NestFactory.create(JokesModule, { logger: false });
  app.useGlobalFilters(new OwnFilter());
  await app.listen(0, "127.0.0.1");
  await work(await app.getUrl(), seen);
  await app.close();
}

test("a filter of the application sees an ordinary HttpException, with the error as its cause", () =>
  withFilter(async (url, seen) => {
    await request(url).get("/blocked").expect(418);
    const [error] = seen as [HttpException];
    expect(error).toBeInstanceOf(HttpException);
    expect(error.getStatus()).toBe(503);
    expect(error.getResponse()).toMatchObject({ status: 503, code: "JOURNAL_BUSY" });
    expect((error.cause as Error).cause).toBe(blocked);
  }));

test("what the application answers itself stays what it is", () =>
  withFilter(async (url, seen) => {
    await request(url).get("/own").expect(418);
    expect(seen).toEqual([expect.any(NotFoundException)]);
  }));

test("when the answer has begun it is cut off, also where a filter ends it", () =>
  withFilter(async (url, seen) => {
    await expect(fetch(`${url}/begun`).then((answer) => answer.text())).rejects.toThrow();
    expect(seen).toEqual([expect.objectContaining({ cause: blocked })]);
  }));

test("when the answer has begun its stream of HTTP/2 is cut off", async () => {
  @Controller()
  class Streams {
    @Get()
    begun(@Res() reply: { raw: { write(text: string): void } }): never {
      reply.raw.write("Once upon");
      throw blocked;
    }
  }
  const directory = temporaryDirectory();
  @Module({ imports: [AuditModule.forRoot({ directory, secret, client: false })], controllers: [Streams] })
  class StreamsModule {}
  const app = await NestFactory.create(StreamsModule, new FastifyAdapter({ http2: true } as object), {
    logger: false,
  });
  await app.listen(0, "127.0.0.1");
  const session = connect(await app.getUrl());
  const stream = session.request({ ":path": "/" }).resume();
  await expect(once(stream, "end")).rejects.toMatchObject({ code: "ERR_HTTP2_STREAM_ERROR" });
  session.destroy();
  await app.close();
});

test.each(["express", "fastify"] as const)("server-sent events on %s end without a leak", async (name) => {
  const directory = temporaryDirectory();
  const audit = new AuditLog({
    directory,
    secret,
    apiKey: "sk-or-v1-test0000",
    policy: () => "Rule 7: not for Ada.",
  });
  const app = await nestPlatform(name).serve({ audit });
  const answer = await fetch(`${app.url}/events`);
  const text = await answer.text();
  expect(text).toContain("This call to the model is not allowed here.");
  expect(text).not.toContain("Rule 7");
  await app.close();
  await audit.close();
});

test("a microservice's error stays what it is: there is nobody who asked over HTTP", async () => {
  const seen: unknown[] = [];
  @Catch()
  class OwnFilter implements ExceptionFilter {
    catch(error: unknown) {
      seen.push(error);
      return of("caught");
    }
  }
  @Controller()
  class Summaries {
    @MessagePattern("summary")
    summary(): never {
      throw blocked;
    }
  }
  const directory = temporaryDirectory();
  @Module({ imports: [AuditModule.forRoot({ directory, secret, client: false })], controllers: [Summaries] })
  class SummariesModule {}
  const tcp = { transport: Transport.TCP as const, options: { host: "127.0.0.1", port: await freePort() } };
  const service = await NestFactory.createMicroservice(SummariesModule, { ...tcp, logger: false });
  service.useGlobalFilters(new OwnFilter());
  await service.listen();
  const client = ClientProxyFactory.create(tcp);
  expect(await lastValueFrom(client.send("summary", {}))).toBe("caught");
  expect(seen[0]).toBe(blocked);
  await client.close();
  await service.close();
});
