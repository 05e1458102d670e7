import { ConfigurableModuleBuilder, type ExecutionContext } from "@nestjs/common";
import type { AdapterOptions } from "@openrouter-audit/core";

/** Options of `AuditModule`: those of the audit log, or `audit`, and how a request names its user. */
// biome-ignore lint/suspicious/noExplicitAny: the request is the platform's own: Express's, Fastify's or a transport's
export interface AuditModuleOptions extends AdapterOptions<any> {
  /**
   * Finds the request behind a GraphQL, RPC or WebSocket handler, for example
   * `(context) => GqlExecutionContext.create(context).getContext().req`.
   * @default none: such calls belong to the request around them, or to nobody
   */
  readonly request?: (context: ExecutionContext) => object | null | undefined;
  /**
   * How long the application, when it is to end, waits for requests that have made calls, and for calls, before it closes its
   * connections, in milliseconds. @default 10_000
   */
  readonly waitForCallsMs?: number;
}

/** What `useClass` and `useExisting` of `forRootAsync` name. */
export interface AuditOptionsFactory {
  createAuditOptions(): AuditModuleOptions | Promise<AuditModuleOptions>;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<AuditModuleOptions>({ moduleName: "OpenRouterAudit" })
    .setClassMethodName("forRoot")
    .setFactoryMethodName("createAuditOptions")
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
    .build();
