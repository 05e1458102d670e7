import "reflect-metadata";
import {
  Body,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  type PipeTransform,
  Post,
  Sse,
  type Type,
  UseGuards,
} from "@nestjs/common";
import { ModuleRef, NestFactory } from "@nestjs/core";
import { ExternalContextCreator } from "@nestjs/core/helpers/external-context-creator.js";
import { JwtModule, JwtService } from "@nestjs/jwt";
import { AuthGuard, PassportModule, PassportStrategy } from "@nestjs/passport";
import { Test } from "@nestjs/testing";
import { AuditLog } from "@openrouter-audit/core";
import {
  AuditMetadata,
  AuditModule,
  type AuditModuleOptions,
  type AuditOptionsFactory,
  getOpenRouterToken,
  InjectAuditLog,
  InjectOpenRouter,
} from "@openrouter-audit/nestjs";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import OpenAI from "openai";
import { ExtractJwt, Strategy } from "passport-jwt";
import { from, Observable } from "rxjs";
import request from "supertest";
import { askModel, model } from "../support/ask-model.ts";
import { entriesOf, secret, temporaryDirectory } from "../support/journal.ts";
import { tokenOf, tokenSecret } from "../support/token.ts";

let fake: FakeOpenRouter;
let options: AuditModuleOptions & { directory: string };
beforeAll(async () => {
  fake = await startFakeOpenRouter();
});
afterAll(() => fake.close());
beforeEach(() => {
  options = { directory: temporaryDirectory(), secret, apiKey: "sk-or-v1-test", baseURL: fake.url };
});

@Controller()
class ChatController {
  constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}

  @Get()
  ask() {
    return askModel(this.openrouter, "hello");
  }
}

/** Starts an application, makes a request, and returns what was recorded. */
async function entriesAfter(module: Type | object, path = "/", token = tokenOf("ada")) {
  const built = await Test.createTestingModule({
    imports: [module as Type],
    controllers: [ChatController],
  }).compile();
  const app = await built.createNestApplication({ logger: false }).init();
  await request(app.getHttpServer()).get(path).set("authorization", `Bearer ${token}`).expect(200);
  await app.close();
  return entriesOf(options.directory);
}

describe("every way Nest knows to configure a module", () => {
  @Injectable()
  class Settings implements AuditOptionsFactory {
    createAuditOptions() {
      return options;
    }
  }
  @Module({ providers: [Settings], exports: [Settings] })
  class SettingsModule {}

  test.each([
    ["forRoot", () => AuditModule.forRoot(options)],
    ["forRootAsync with useFactory", () => AuditModule.forRootAsync({ useFactory: async () => options })],
    ["forRootAsync with useClass", () => AuditModule.forRootAsync({ useClass: Settings })],
    [
      "forRootAsync with useExisting",
      () => AuditModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings }),
    ],
  ])("%s", async (_name, module) => {
    expect(await entriesAfter(module())).toHaveLength(1);
  });

  test("isGlobal: false keeps it to the modules that import it", async () => {
    const start = entriesAfter(AuditModule.forRoot({ ...options, isGlobal: false }));
    await expect(start).resolves.toHaveLength(1);
    @Module({ controllers: [ChatController] })
    class FeatureModule {}
    options.directory = temporaryDirectory();
    const audit = AuditModule.forRoot({ ...options, isGlobal: false });
    await expect(Test.createTestingModule({ imports: [audit, FeatureModule] }).compile()).rejects.toThrow(
      /can't resolve dependencies/,
    );
  });

  test("a log made elsewhere is used, and left open for its owner", async () => {
    const audit = new AuditLog(options);
    expect(await entriesAfter(AuditModule.forRoot({ audit }))).toHaveLength(1);
    await audit.record({ event_type: "still.open" });
    await audit.close();
  });

  test("a wrong configuration fails the start", async () => {
    const start = Test.createTestingModule({
      imports: [AuditModule.forRoot({ ...options, secret: "short" })],
    }).compile();
    await expect(start).rejects.toMatchObject({ code: "SECRET_TOO_SHORT" });
  });

  test.each([
    ["forRoot", (more: object) => AuditModule.forRoot({ ...options, ...more })],
    [
      "forRootAsync",
      (more: object) => AuditModule.forRootAsync({ useFactory: () => ({ ...options, ...more }) }),
    ],
  ])("an option of %s that is mistyped is answered with those of the module too", async (_name, module) => {
    const start = Test.createTestingModule({ imports: [module({ waitForCalls: 5 })] }).compile();
    await expect(start).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(
        /^There is no option "waitForCalls"\. Did you mean "waitForCallsMs"\? .*, user, audit, client, request, waitForCallsMs, isGlobal\.$/,
      ),
    });
  });

  test("isGlobal in what a factory gives is told where it belongs", async () => {
    const useFactory = () => ({ ...options, isGlobal: false });
    const start = Test.createTestingModule({ imports: [AuditModule.forRootAsync({ useFactory })] }).compile();
    await expect(start).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringContaining("beside the factory"),
    });
  });
});

describe("what Nest knows is on the entry", () => {
  @Controller("tagged")
  @AuditMetadata({ feature: "class", team: "support" })
  class TaggedController {
    constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}

    @Get()
    @AuditMetadata({ feature: "handler" })
    ask() {
      return askModel(this.openrouter, "hello");
    }

    @Sse("events")
    events(): Observable<{ data: string }> {
      return from(askModel(this.openrouter, "an event").then((data) => ({ data })));
    }
  }
  @Module({ controllers: [TaggedController] })
  class TaggedModule {}
  const app = () => ({ module: TaggedModule, imports: [AuditModule.forRoot(options)] });

  test("the handler, and @AuditMetadata of class and handler", async () => {
    const [entry] = await entriesAfter(app(), "/tagged");
    expect(entry!.metadata).toEqual({ feature: "handler", team: "support", handler: "TaggedController.ask" });
    expect(entry!.request!.route).toBe("/tagged");
  });

  test("calls of a server-sent event stream are attributed too", async () => {
    const [entry] = await entriesAfter(app(), "/tagged/events");
    expect(entry).toMatchObject({
      metadata: { handler: "TaggedController.events" },
      request: { route: "/tagged/events" },
    });
  });
});

describe("authentication with @nestjs/passport", () => {
  @Injectable()
  class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: tokenSecret });
    }
    validate(payload: { sub: string }) {
      return { userId: payload.sub };
    }
  }
  @Injectable()
  class AskingPipe implements PipeTransform {
    constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}
    async transform(value: unknown) {
      await askModel(this.openrouter, "from a pipe");
      return value;
    }
  }
  @Controller("guarded")
  @UseGuards(AuthGuard("jwt"))
  class GuardedController {
    constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}
    @Post()
    async ask(@Body(AskingPipe) body: { prompt: string }) {
      return { text: await askModel(this.openrouter, body.prompt) };
    }
  }

  test.each(["express", "fastify"])(
    "the user of the guard is on calls of pipes and handlers, on %s",
    async (platform) => {
      @Module({
        imports: [AuditModule.forRoot(options), PassportModule, JwtModule.register({ secret: tokenSecret })],
        controllers: [GuardedController],
        providers: [JwtStrategy],
      })
      class AppModule {}
      const { FastifyAdapter } = await import("@nestjs/platform-fastify");
      const app = await (platform === "fastify"
        ? NestFactory.create(AppModule, new FastifyAdapter() as never, { logger: false })
        : NestFactory.create(AppModule, { logger: false }));
      await app.listen(0, "127.0.0.1");
      const token = app.get(JwtService).sign({ sub: "ada" });
      await request(await app.getUrl())
        .post("/guarded")
        .set("authorization", `Bearer ${token}`)
        .send({ prompt: "hello" })
        .expect(201);
      await app.close();
      const entries = await entriesOf(options.directory);
      expect(entries.map(({ user_id, attribution }) => [user_id, attribution.source])).toEqual([
        ["ada", "req.user.userId"],
        ["ada", "req.user.userId"],
      ]);
    },
  );
});

describe("injection", () => {
  test("the client and its users are singletons, not made for each request", async () => {
    const built = await Test.createTestingModule({
      imports: [AuditModule.forRoot(options)],
      controllers: [ChatController],
    }).compile();
    expect(built.get(ModuleRef).introspect(ChatController).scope).toBe(0);
    expect(built.get(getOpenRouterToken())).toBeInstanceOf(OpenAI);
    expect(built.get(AuditLog)).toBeInstanceOf(AuditLog);
    await built.close();
  });

  test("the client can be replaced in a test", async () => {
    const client = {
      chat: { completions: { create: async () => ({ choices: [{ message: { content: "from a fake" } }] }) } },
    };
    const built = await Test.createTestingModule({
      imports: [AuditModule.forRoot(options)],
      controllers: [ChatController],
    })
      .overrideProvider(getOpenRouterToken())
      .useValue(client)
      .compile();
    const app = await built.createNestApplication({ logger: false }).init();
    await request(app.getHttpServer()).get("/").expect(200, "from a fake");
    await app.close();
  });

  test("a job outside any request says for whom it works", async () => {
    @Injectable()
    class NightlyReport {
      constructor(
        @InjectOpenRouter() private readonly openrouter: OpenAI,
        @InjectAuditLog() private readonly audit: AuditLog,
      ) {}
      run() {
        return this.audit.run({ userId: "nightly-report" }, () => askModel(this.openrouter, "report"));
      }
      async runForNobody() {
        await this.openrouter.chat.completions.create({
          model,
          messages: [{ role: "user", content: "report" }],
        });
      }
    }
    const built = await Test.createTestingModule({
      imports: [AuditModule.forRoot(options)],
      providers: [NightlyReport],
    }).compile();
    await built.get(NightlyReport).run();
    await built.get(NightlyReport).runForNobody();
    await built.close();
    const entries = await entriesOf(options.directory);
    expect(entries.map(({ user_id, attribution }) => [user_id, attribution.how])).toEqual([
      ["nightly-report", "authenticated"],
      [null, "no_context"],
    ]);
  });
});

describe("handlers that are no HTTP handlers", () => {
  @Injectable()
  class Resolver {
    constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}
    answer(_root: unknown, _args: unknown, _context: unknown) {
      return askModel(this.openrouter, "from a resolver");
    }
  }

  /** Calls a resolver the way GraphQL's packages do: through ExternalContextCreator, with the context type "graphql". */
  async function resolve(given: AuditModuleOptions) {
    const built = await Test.createTestingModule({
      imports: [AuditModule.forRoot(given)],
      providers: [Resolver],
    }).compile();
    const app = await built.createNestApplication({ logger: false }).init();
    const resolver = app.get(Resolver);
    const creator = app.get(ExternalContextCreator, { strict: false });
    const call = creator.create(
      resolver,
      resolver.answer,
      "answer",
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      "graphql",
    );
    await call({}, {}, { req: { user: { id: "ada" }, headers: {}, method: "POST", url: "/graphql" } });
    await app.close();
    return entriesOf(options.directory);
  }

  test("are attributed through the request option", async () => {
    const [entry] = await resolve({
      ...options,
      request: (context: ExecutionContext) => context.getArgByIndex(2).req,
    });
    expect(entry).toMatchObject({
      user_id: "ada",
      request: { route: "/graphql" },
      metadata: { handler: "Resolver.answer" },
    });
  });

  test("never crash without it", async () => {
    const [entry] = await resolve(options);
    expect(entry).toMatchObject({ user_id: null, attribution: { how: "no_context" } });
  });
});
