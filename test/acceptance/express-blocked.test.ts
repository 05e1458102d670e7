import { AuditError } from "@openrouter-audit/core";
import { auditErrors } from "@openrouter-audit/express";
import express, { type ErrorRequestHandler } from "express";
import express4 from "express-4";
import request from "supertest";
import { describeBlocked } from "../support/describe-blocked.ts";
import { expressPlatform } from "../support/express-platform.ts";

describeBlocked(expressPlatform("5", express, "audit first"));
describeBlocked(expressPlatform("4", express4, "audit first"));

describe.each([
  ["5", express],
  ["4", express4],
])("Express %s, auditErrors() hands on to the next error handler", (_version, framework) => {
  const blocked = new AuditError("JOURNAL_BUSY", "More waits than may.");

  /** The error that the application's own handler was given. */
  async function handedOn(fails: express.RequestHandler): Promise<unknown> {
    const seen: unknown[] = [];
    const app = framework();
    app.get("/", fails);
    app.use(auditErrors());
    const own: ErrorRequestHandler = (error, _request, response, _next) => {
      seen.push(error);
      response.end();
    };
    app.use(own);
    await request(app).get("/");
    expect(seen).toHaveLength(1);
    return seen[0];
  }

  test("what is no matter of the audit log", async () => {
    const error = new Error("The database is away.");
    expect(await handedOn((_request, _response, next) => next(error))).toBe(error);
  });

  test("what the application has given a status", async () => {
    const error = Object.assign(new Error("No jokes today."), { status: 404, cause: blocked });
    expect(await handedOn((_request, _response, next) => next(error))).toBe(error);
  });

  test("what comes when the answer has begun", async () => {
    const fails: express.RequestHandler = (_request, response, next) => {
      response.write("Once upon");
      next(blocked);
    };
    expect(await handedOn(fails)).toBe(blocked);
  });
});
