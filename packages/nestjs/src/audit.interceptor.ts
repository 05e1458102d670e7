import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import { AuditLog, type AuditScope, RequestScopes } from "@openrouter-audit/core";
import { catchError, Observable, throwError } from "rxjs";
import { answerableError } from "./answerable-error.ts";
import { auditMetadataKey } from "./audit.decorators.ts";
import { type AuditModuleOptions, MODULE_OPTIONS_TOKEN } from "./audit.options.ts";

/**
 * Runs each handler inside the scope of its request, adds what only Nest knows (the handler and its metadata), and makes
 * of a call that the log blocked an HttpException: 503, or 403 for what a policy refused.
 * The module applies it to every handler, except to WebSocket gateways on Nest 11, which have no global interceptors: put
 * `@UseInterceptors(AuditInterceptor)` on those.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly audit: AuditLog,
    private readonly scopes: RequestScopes<object>,
    private readonly reflector: Reflector,
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: AuditModuleOptions,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const metadata = {
      handler: `${context.getClass().name}.${context.getHandler().name}`,
      ...this.reflector.get<object | undefined>(auditMetadataKey, context.getClass()),
      ...this.reflector.get<object | undefined>(auditMetadataKey, context.getHandler()),
    };
    const around = this.scopeAround(context);
    const newScope = () => this.audit.newScope({ metadata });
    const scope = around ? this.audit.run(around, newScope) : newScope();
    // Subscribed inside the scope: the work of a handler begins with the subscription, not with handle().
    const handled = new Observable((subscriber) =>
      this.audit.run(scope, () => next.handle().subscribe(subscriber)),
    );
    return handled.pipe(catchError((error) => throwError(() => answerableError(error, context))));
  }

  private scopeAround(context: ExecutionContext): AuditScope | null {
    const request =
      context.getType() === "http"
        ? context.switchToHttp().getRequest<object>()
        : this.options.request?.(context);
    return request ? this.scopes.of(request) : this.audit.scope;
  }
}
