import type { AuditEntry } from "@openrouter-audit/core";
import { documentsOf } from "../fields.ts";
import { ecsFields } from "./ecs-fields.ts";
import { ownFields } from "./own-fields.ts";

const documents = documentsOf({ ...ecsFields, ...ownFields });

/**
 * An entry as a document of the Elastic Common Schema 9.4. What ECS has no field for is in `openrouter_audit`;
 * `event.original` is the exact line. Takes any entry and never throws. Which member stands where: docs/formats.md, "ECS".
 */
export function toEcs(entry: AuditEntry): object {
  return documents(entry);
}
