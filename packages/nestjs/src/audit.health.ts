import { Injectable } from "@nestjs/common";
import { type AuditHealth, AuditLog } from "@openrouter-audit/core";

/** What a health check of `@nestjs/terminus` says of the audit log: nothing that a stranger may not know. */
export interface AuditHealthResult {
  /** `down` when calls are refused; with `onFailure: "continue"` they are not, also when `state` is `failing`. */
  readonly status: "up" | "down";
  readonly state: AuditHealth["status"];
  /** The codes of what is not well; what they say in full is in {@link AuditLog.health}. */
  readonly reasons: readonly string[];
}

/**
 * Tells `@nestjs/terminus` how the audit log is: `health.check([() => audit.check()])`. The module exports it. Belongs into a
 * readiness check: a process whose disk is full is not healed by a restart.
 */
@Injectable()
export class AuditHealthIndicator {
  constructor(private readonly audit: AuditLog) {}

  /** @param key what the check is called @default "audit" */
  check<Key extends string = "audit">(key = "audit" as Key): Record<Key, AuditHealthResult> {
    const { status: state, refusing, reasons } = this.audit.health();
    const codes = [...new Set(reasons.map(({ code }) => code))];
    const result: AuditHealthResult = { status: refusing ? "down" : "up", state, reasons: codes };
    return { [key]: result } as Record<Key, AuditHealthResult>;
  }
}
