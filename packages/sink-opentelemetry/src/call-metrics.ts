import type { AuditEntry } from "@openrouter-audit/core";
import type { Attributes, MeterProvider } from "@opentelemetry/api";
import { library } from "./library.ts";
import { genAiAttributes, isOperation, type SemanticConventions, schemaUrl } from "./semantic-conventions.ts";

/** How many entries are remembered as counted: far more than delivery repeats of what was taken. */
const remembered = 10_000;
/** Of few values each, and nobody's name. */
const dimensions = [
  "gen_ai.operation.name",
  "gen_ai.provider.name",
  "gen_ai.request.model",
  "gen_ai.response.model",
  "error.type",
];

/**
 * Counts operations as the conventions have it, each entry once, however often it is delivered. An entry that was recorded
 * before this began is not counted: another process may have done so, and a metric says what happens now.
 */
export function callMetrics(provider: MeterProvider, version: SemanticConventions) {
  const meter = provider.getMeter(library.name, library.version, { schemaUrl: schemaUrl(version) });
  const duration = meter.createHistogram("gen_ai.client.operation.duration", {
    description: "GenAI operation duration.",
    unit: "s",
    advice: { explicitBucketBoundaries: Array.from({ length: 14 }, (_, power) => 2 ** power / 100) },
  });
  const tokens = meter.createHistogram("gen_ai.client.token.usage", {
    description: "Number of input and output tokens used.",
    unit: "{token}",
    advice: { explicitBucketBoundaries: Array.from({ length: 14 }, (_, power) => 4 ** power) },
  });
  const since = new Date().toISOString();
  const counted = new Set<string>();

  function count(entry: AuditEntry): void {
    if (!isOperation(entry) || entry.recorded_at < since || counted.has(entry.id)) return;
    counted.add(entry.id);
    if (counted.size > remembered) counted.delete(counted.values().next().value!);
    const all = genAiAttributes(entry, version);
    const attributes: Attributes = {};
    for (const name of dimensions) if (all[name] !== undefined) attributes[name] = all[name];
    // Nobody has verified the line: what is no number would make none of the sum, for as long as the process lives.
    if (typeof entry.latency_ms === "number") duration.record(entry.latency_ms / 1000, attributes);
    // A stored answer costs nothing: these are the tokens that are paid for.
    if (entry.cache_status === "HIT") return;
    const { "error.type": _, ...of } = attributes;
    for (const type of ["input", "output"]) {
      const used = all[`gen_ai.usage.${type}_tokens`];
      if (typeof used === "number") tokens.record(used, { ...of, "gen_ai.token.type": type });
    }
  }

  return (entries: readonly AuditEntry[]) => entries.forEach(count);
}
