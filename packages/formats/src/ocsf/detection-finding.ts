import { detailOf } from "../event-kind.ts";
import type { Fields } from "../fields.ts";
import { sentenceOf } from "../sentence.ts";
import { milliseconds, nested, text } from "../value-types.ts";

/** Detection Finding (2004): a journal is not what it was when it was anchored. */
export const detectionFinding: Fields = {
  "finding_info.uid": ({ id }) => text(id) ?? "unknown",
  "finding_info.title": () => "The journal contradicts its anchor",
  "finding_info.desc": sentenceOf,
  "finding_info.types": () => ["Log tampering"],
  "finding_info.created_time": ({ timestamp }) => milliseconds(timestamp),
  "finding_info.analytic.type_id": () => 1,
  "finding_info.analytic.type": () => "Rule",
  "finding_info.analytic.name": () => "openrouter-audit anchor",
  evidences: (entry) => [{ data: nested(detailOf(entry, "contradicted")) }],
  is_alert: () => true,
};
