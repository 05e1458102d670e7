export { AuditMetadata, getOpenRouterToken, InjectAuditLog, InjectOpenRouter } from "./audit.decorators.ts";
export { AuditHealthIndicator, type AuditHealthResult } from "./audit.health.ts";
export { AuditInterceptor } from "./audit.interceptor.ts";
export { AuditModule } from "./audit.module.ts";
export type { AuditModuleOptions, AuditOptionsFactory } from "./audit.options.ts";
