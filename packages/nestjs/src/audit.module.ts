import type { Server } from "node:http";
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type NestModule,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { APP_INTERCEPTOR, HttpAdapterHost } from "@nestjs/core";
import { AuditError, AuditLog, RequestScopes, stopServing } from "@openrouter-audit/core";
import { getOpenRouterToken } from "./audit.decorators.ts";
import { AuditHealthIndicator } from "./audit.health.ts";
import { AuditInterceptor } from "./audit.interceptor.ts";
import { type AuditModuleOptions, ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from "./audit.options.ts";
import { enterRequests } from "./enter-requests.ts";
import { newAuditLog } from "./new-audit-log.ts";
import { newClient } from "./new-client.ts";

/**
 * Records every OpenRouter call of the application. Global unless `isGlobal: false`.
 *
 * `forRoot()` needs no options: the key from OPENROUTER_API_KEY, the journal in `./audit_logs`. A wrong configuration
 * fails the start of the application.
 */
@Module({
  providers: [
    {
      provide: AuditLog,
      useFactory: newAuditLog,
      inject: [MODULE_OPTIONS_TOKEN],
    },
    {
      provide: RequestScopes,
      useFactory: (audit: AuditLog, options: AuditModuleOptions) => new RequestScopes(audit, options),
      inject: [AuditLog, MODULE_OPTIONS_TOKEN],
    },
    {
      provide: getOpenRouterToken(),
      useFactory: (audit: AuditLog, options: AuditModuleOptions) =>
        options.client === false ? null : newClient(audit),
      inject: [AuditLog, MODULE_OPTIONS_TOKEN],
    },
    AuditHealthIndicator,
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  // The last two are for the interceptor, where a gateway names it itself.
  exports: [AuditLog, getOpenRouterToken(), AuditHealthIndicator, RequestScopes, MODULE_OPTIONS_TOKEN],
})
export class AuditModule
  extends ConfigurableModuleClass
  implements NestModule, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    private readonly audit: AuditLog,
    private readonly scopes: RequestScopes<object>,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: AuditModuleOptions,
  ) {
    super();
  }

  static override forRoot(options: AuditModuleOptions & { readonly isGlobal?: boolean } = {}): DynamicModule {
    return super.forRoot(options);
  }

  /** Called before the application's own middleware is registered, so that ours comes first. */
  configure(): void {
    enterRequests(this.adapterHost.httpAdapter, this.scopes);
  }

  /**
   * Nest closes its server after this, which ends connections, or waits for them without limit: so here no new ones are taken,
   * and what is running has its time. Calls may still be made; the log is closed when the server is.
   */
  async beforeApplicationShutdown(): Promise<void> {
    const server = this.adapterHost.httpAdapter?.getHttpServer() as Partial<Server> | undefined;
    if (server?.listening) stopServing(server as Server);
    if (await this.audit.workEnded(this.options.waitForCallsMs ?? 10_000)) return;
    server?.closeAllConnections?.();
  }

  async onApplicationShutdown(signal?: string): Promise<void> {
    if (this.options.audit) await this.audit.flush().catch(unlessDeliveredLater);
    else await this.audit.close(signal ?? "shutdown");
  }
}

/** What a sink does not have yet is in the journal, and delivered by whoever goes on with it. */
function unlessDeliveredLater(error: unknown): void {
  if (!(error instanceof AuditError && error.code === "SINK_UNAVAILABLE")) throw error;
}
