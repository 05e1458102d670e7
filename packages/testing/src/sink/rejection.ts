import { strict as assert } from "node:assert";
import type { EntriesRejected } from "@openrouter-audit/core";

/** Asserts that these entries are set aside, and no others. By its shape, as delivery does: there may be two copies of core. */
export function assertRejected(error: unknown, ids: readonly string[]): void {
  const { name, rejected } = error as Partial<EntriesRejected>;
  assert(
    name === "EntriesRejected" && rejected,
    `Only EntriesRejected sets an entry aside, this does not: ${error}`,
  );
  // A copy: an array of another realm, as jest makes them, is never deeply equal.
  const named = Array.from(rejected, ({ id }) => id);
  assert.deepEqual(named.sort(), [...ids].sort(), "These must be set aside.");
  for (const { reason } of rejected) assert(reason, "Whoever finds the entry needs the reason.");
}
