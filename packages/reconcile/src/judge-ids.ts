import type { DaySpan } from "./days.ts";
import { type Generation, groupOfGeneration } from "./generation.ts";
import type { Inquiry } from "./inquiry.ts";
import { whyOf } from "./judge-calls.ts";
import type { Finding, Unsettled } from "./reconciliation.ts";

/** What is said of ids that are known from elsewhere, and that the log lacks. */
export interface JudgedIds {
  readonly findings: Finding[];
  readonly unsettled: Unsettled[];
  /** The records of those that are missing. */
  readonly missing: Generation[];
}

/** Asks for ids that the log lacks: those of the period are missing in it. */
export async function judgeIds(
  ids: ReadonlySet<string>,
  inquiry: Inquiry,
  span: DaySpan,
): Promise<JudgedIds> {
  await inquiry.ask([...ids].map((id) => ({ id, at: span.since })));
  const judged: JudgedIds = { findings: [], unsettled: [], missing: [] };
  for (const id of ids) {
    const answer = inquiry.answers.get(id)!;
    if (answer.kind !== "record") {
      judged.unsettled.push({
        ...whyOf(answer),
        day: null,
        model: null,
        provider: null,
        id,
        entry: null,
        calls: 1,
      });
      continue;
    }
    const { generation } = answer;
    const group = groupOfGeneration(generation);
    if (!span.days.includes(group.day)) continue;
    judged.missing.push(generation);
    judged.findings.push({
      kind: "missing_in_log",
      ...group,
      id,
      entry: null,
      calls: 1,
      recorded: null,
      found: generation.facts,
      without_id: null,
    });
  }
  return judged;
}
