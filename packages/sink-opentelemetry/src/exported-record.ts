import type { ServiceFacts } from "@openrouter-audit/core";
import type { HrTime } from "@opentelemetry/api";
import { library } from "./library.ts";
import type { EntryRecord } from "./log-record.ts";
import type { ResourceAttributes } from "./options.ts";
import type { ExportedRecord } from "./record-exporter.ts";
import { type SemanticConventions, schemaUrl } from "./semantic-conventions.ts";

const mostResources = 1000;

/** Makes what an exporter takes. The records of one process have one resource, by which exporters group them. */
export function exportedRecords(
  version: SemanticConventions,
  given: ResourceAttributes,
): (records: readonly EntryRecord[]) => ExportedRecord[] {
  const instrumentationScope = { ...library, schemaUrl: schemaUrl(version) };
  const resources = new Map<string, ExportedRecord["resource"]>();

  function resourceOf(service: ServiceFacts): ExportedRecord["resource"] {
    const key = JSON.stringify(service);
    if (resources.size > mostResources) resources.clear();
    const resource = resources.get(key) ?? { attributes: { ...given.attributes, ...attributesOf(service) } };
    resources.set(key, resource);
    return resource;
  }

  return (records) =>
    records.map(({ entry, timestamp, observedTimestamp, spanContext, ...record }) => ({
      ...record,
      hrTime: hrTime(timestamp),
      hrTimeObserved: hrTime(observedTimestamp),
      ...(spanContext && { spanContext }),
      resource: resourceOf(entry.service),
      instrumentationScope,
      droppedAttributesCount: 0,
    }));
}

// An entry of an earlier version has none.
function attributesOf(service: ServiceFacts | undefined) {
  return {
    ...(service?.name && { "service.name": service.name }),
    ...(service?.version && { "service.version": service.version }),
    ...(service?.instance && { "service.instance.id": service.instance }),
  };
}

const hrTime = (ms: number): HrTime => [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
