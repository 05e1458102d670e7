import type { AuditScope } from "../scope.ts";

const names = new WeakMap<AuditScope, string>();
let named = 0;

/** A name for a scope, the same as long as it lives, also with more metadata; empty for no scope. */
export function scopeName(scope: AuditScope | null): string {
  if (!scope) return "";
  let name = names.get(scope.original);
  if (!name) {
    name = `${++named}`;
    names.set(scope.original, name);
  }
  return name;
}
