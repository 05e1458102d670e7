import {
  type DynamicModule,
  Inject,
  Module,
  type NestModule,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { APP_INTERCEPTOR, HttpAdapterHost } from "@nestjs/core";
import { AuditLog, auditLogFor, RequestScopes } from "@openrouter-audit/core";
import { getOpenRouterToken } from "./audit.decorators.ts";
import { AuditHealthIndicator } from "./audit.health.ts";
import { AuditInterceptor } from "./audit.interceptor.ts";
import { type AuditModuleOptions, ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from "./audit.options.ts";
import { enterRequests } from "./enter-requests.ts";
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
      useFactory: (options: AuditModuleOptions) => {
        const { request: _request, ...adapterOptions } = options;
        return auditLogFor(adapterOptions);
      },
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
export class AuditModule extends ConfigurableModuleClass implements NestModule, OnApplicationShutdown {
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

  async onApplicationShutdown(signal?: string): Promise<void> {
    if (this.options.audit) await this.audit.flush();
    else await this.audit.close(signal ?? "shutdown");
  }
}
