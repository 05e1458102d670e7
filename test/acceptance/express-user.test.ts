import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { auditMiddleware } from "@openrouter-audit/express";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import express, { type Request, type RequestHandler } from "express";
import { expressjwt } from "express-jwt";
import { auth } from "express-oauth2-jwt-bearer";
import jsonwebtoken from "jsonwebtoken";
import passport from "passport";
import { ExtractJwt, Strategy } from "passport-jwt";
import request from "supertest";
import { askModel } from "../support/ask-model.ts";
import { entriesOf, secret, temporaryDirectory } from "../support/journal.ts";
import { tokenOf, tokenSecret } from "../support/token.ts";

let fake: FakeOpenRouter;
beforeAll(async () => {
  fake = await startFakeOpenRouter();
});
afterAll(() => fake.close());

/** The attribution of one call made behind an authentication. */
async function attributionBehind(
  authentication: RequestHandler,
  token = tokenOf("ada"),
  user?: (request: Request) => string,
  before: RequestHandler = (_request, _response, next) => next(),
) {
  const directory = temporaryDirectory();
  const options = {
    directory,
    secret,
    apiKey: "sk-or-v1-test",
    baseURL: fake.url,
    onProblem: () => undefined,
  };
  const audit = auditMiddleware({ ...options, ...(user && { user }) });
  const app = express();
  app.use(before, audit, authentication);
  app.get("/", async (request, response) => {
    response.json(await askModel(request.openrouter, "hello"));
  });
  await request(app).get("/").set("authorization", `Bearer ${token}`).expect(200);
  await audit.audit.close();
  const [entry] = await entriesOf(directory);
  return { user_id: entry!.user_id, ...entry!.attribution };
}

const places =
  (added: object): RequestHandler =>
  (request, _response, next) => {
    Object.assign(request, added);
    next();
  };

test.each([
  ["answers later", async () => ({ userId: "ada" }), "ada", "authenticated"],
  ["fails later", () => Promise.reject(new Error("out of order")), null, "unresolved"],
])("a session that %s is waited for", async (_how, auth, user_id, how) => {
  expect(await attributionBehind(places({ auth }))).toMatchObject({ user_id, how });
});

test("an id of a request that is no text is let alone", async () => {
  expect(
    await attributionBehind(
      places({ user: { id: "ada" } }),
      tokenOf("ada"),
      undefined,
      places({ id: Object.create(null) }),
    ),
  ).toMatchObject({ user_id: "ada" });
});

test("a context that another middleware keeps for the listeners of a request stays theirs", async () => {
  const theirs = new AsyncLocalStorage<string>();
  const audit = auditMiddleware({ directory: temporaryDirectory(), secret, client: false });
  const app = express();
  app.use(audit, (request, _response, next) => {
    theirs.run("theirs", () => {
      request.emit = AsyncResource.bind(request.emit.bind(request));
      next();
    });
  });
  app.post("/", (request, response) => {
    request.on("data", () => undefined);
    request.on("end", () => response.json([theirs.getStore(), audit.audit.scope === request.audit]));
  });
  expect((await request(app).post("/").send("some text")).body).toEqual(["theirs", true]);
  await audit.audit.close();
});

describe("the user is named by the packages people authenticate with", () => {
  test("passport with passport-jwt: req.user.id", async () => {
    const options = { jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: tokenSecret };
    const users = new passport.Passport();
    users.use(new Strategy(options, (payload, done) => done(null, { id: `account of ${payload.sub}` })));
    expect(await attributionBehind(users.authenticate("jwt", { session: false }))).toEqual({
      user_id: "account of ada",
      how: "authenticated",
      source: "req.user.id",
    });
  });

  test("express-jwt: req.auth.sub", async () => {
    const authentication = expressjwt({ secret: tokenSecret, algorithms: ["HS256"] });
    expect(await attributionBehind(authentication)).toEqual({
      user_id: "ada",
      how: "authenticated",
      source: "req.auth.sub",
    });
  });

  test("express-oauth2-jwt-bearer: req.auth.payload.sub", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const issuer = await startIssuer(publicKey);
    const { url } = issuer;
    const authentication = auth({
      issuer: url,
      jwksUri: `${url}/jwks`,
      audience: "chat",
      tokenSigningAlg: "RS256",
    });
    const token = jsonwebtoken.sign({ sub: "ada" }, privateKey, {
      algorithm: "RS256",
      keyid: "1",
      issuer: url,
      audience: "chat",
      expiresIn: "5m",
    });
    const found = await attributionBehind(authentication, token);
    issuer.server.close();
    expect(found).toEqual({ user_id: "ada", how: "authenticated", source: "req.auth.payload.sub" });
  });
});

describe("the user is found where others put it", () => {
  test.each([
    ["Clerk", { auth: () => ({ userId: "ada" }) }, "req.auth().userId"],
    ["express-openid-connect", { oidc: { user: { sub: "ada" } } }, "req.oidc.user.sub"],
    ["a JWT strategy that passes the payload on", { user: { sub: "ada" } }, "req.user.sub"],
    ["Nest's documentation", { user: { userId: "ada" } }, "req.user.userId"],
    ["Firebase", { user: { uid: "ada" } }, "req.user.uid"],
    [
      "several at once: the token's subject comes first",
      { user: { id: "9" }, auth: { payload: { sub: "ada" } } },
      "req.auth.payload.sub",
    ],
  ])("%s", async (_name, added, source) => {
    expect(await attributionBehind(places(added))).toEqual({ user_id: "ada", how: "authenticated", source });
  });

  test("a number is an id like any other", async () => {
    expect(await attributionBehind(places({ user: { id: 42 } }))).toMatchObject({ user_id: "42" });
  });

  test("somebody whose id nobody knows is not called nobody", async () => {
    const user = { id: "", sub: {}, uid: ["ada"], _id: "5f1" };
    expect(await attributionBehind(places({ user }))).toEqual({
      user_id: null,
      how: "unresolved",
      source: null,
    });
  });
});

describe("the application's own function", () => {
  test("is believed alone, whatever else is on the request", async () => {
    const user = (request: Request) => `tenant/${(request as unknown as { account: string }).account}`;
    expect(await attributionBehind(places({ account: "ada", user: { id: "other" } }), "", user)).toEqual({
      user_id: "tenant/ada",
      how: "authenticated",
      source: "user()",
    });
  });

  test("that answers with something else than an id leaves the call unresolved", async () => {
    const user = () => ({ userId: "ada" }) as never;
    expect(await attributionBehind(places({}), "", user)).toMatchObject({ user_id: null, how: "unresolved" });
  });

  test("that throws leaves the call unresolved, and the caller served", async () => {
    const user = () => {
      throw new Error("The directory of users is down.");
    };
    expect(await attributionBehind(places({}), "", user)).toEqual({
      user_id: null,
      how: "unresolved",
      source: null,
    });
  });
});

/** An OpenID issuer that knows one key. */
async function startIssuer(publicKey: KeyObject): Promise<{ url: string; server: Server }> {
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" };
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [jwk] }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
