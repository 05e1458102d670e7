import { AuditError } from "@openrouter-audit/core";
import type { TableNames } from "./schema/names.ts";

/** Stub, replaced below. */
export function explained(error: unknown, _names: TableNames): unknown {
  if (error instanceof AuditError) return error;
  return error;
}
