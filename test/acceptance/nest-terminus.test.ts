import "reflect-metadata";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { HealthCheck, HealthCheckService, TerminusModule } from "@nestjs/terminus";
import { AuditLog, type AuditLogOptions } from "@openrouter-audit/core";
import { AuditHealthIndicator, AuditModule } from "@openrouter-audit/nestjs";
import request from "supertest";
import { until } from "../support/audited-world.ts";
import { breakJournal } from "../support/break-journal.ts";
import { secret, temporaryDirectory } from "../support/journal.ts";

@Controller()
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly audit: AuditHealthIndicator,
  ) {}

  @Get("ready")
  @HealthCheck()
  ready() {
    return this.health.check([() => this.audit.check()]);
  }
}

/** What `GET /ready` answers when the log has settled as `status`. */
async function readinessOf(
  status: "ok" | "degraded" | "failing",
  options: AuditLogOptions,
  begins: (audit: AuditLog) => Promise<() => void> = async () => () => undefined,
) {
  const directory = temporaryDirectory();
  const audit = new AuditLog({ directory, secret, onProblem: () => undefined, ...options });
  @Module({
    imports: [AuditModule.forRoot({ audit, client: false }), TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
  })
  class HealthModule {}
  const app = await NestFactory.create(HealthModule, { logger: false });
  await app.listen(0, "127.0.0.1");
  const mend = await begins(audit);
  await until(() => audit.health().status === status && audit.health().disk!.lookedAt !== null);
  const { status: http, body, text } = await request(await app.getUrl()).get("/ready");
  mend();
  await app.close();
  await audit.close();
  for (const secretText of [directory, secret, "/"]) expect(text).not.toContain(secretText);
  return { http, body };
}

const everything = Number.MAX_SAFE_INTEGER;

test("terminus says that the audit log is up", async () => {
  expect(await readinessOf("ok", {})).toMatchObject({
    http: 200,
    body: { status: "ok", details: { audit: { status: "up", state: "ok", reasons: [] } } },
  });
});

test("it is up when something failed and calls go on, and says what", async () => {
  expect(await readinessOf("degraded", { disk: { warnBytes: everything } })).toMatchObject({
    http: 200,
    body: { status: "ok", details: { audit: { status: "up", state: "degraded", reasons: ["DISK_LOW"] } } },
  });
});

test("it is up while entries are lost and calls go on, as was chosen", async () => {
  const options = { onFailure: "continue", buffer: { entries: 1 } } as const;
  const loses = async (audit: AuditLog) => {
    const mend = breakJournal(audit.directory);
    await Promise.allSettled([1, 2].map(() => audit.record({ event_type: "test.event" })));
    return mend;
  };
  expect(await readinessOf("failing", options, loses)).toMatchObject({
    http: 200,
    body: { status: "ok", details: { audit: { status: "up", state: "failing" } } },
  });
});

test("it is down when calls are refused, and says no more than why", async () => {
  expect(await readinessOf("failing", { disk: { stopBytes: everything } })).toEqual({
    http: 503,
    body: {
      status: "error",
      info: {},
      error: { audit: { status: "down", state: "failing", reasons: ["DISK_FULL"] } },
      details: { audit: { status: "down", state: "failing", reasons: ["DISK_FULL"] } },
    },
  });
});
