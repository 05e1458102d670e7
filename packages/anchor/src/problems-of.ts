import type { AuditProblem } from "@openrouter-audit/core";
import type { AnchorRun } from "./anchor-journal.ts";

/** What the operator has to know of a run. */
export function anchorProblemsOf({ contradicted, sinks, verification }: AnchorRun): AuditProblem[] {
  return [
    ...contradicted.map(({ log, verdict, message }) => ({
      code: "ANCHOR_CONTRADICTED",
      message: `The journal in ${verification.paths.join(", ")} is not what was sealed or anchored: ${verdict}, log ${log}: ${message}.`,
    })),
    ...sinks
      .filter(({ message }) => message !== null)
      .map(({ sink, outcome, message }) => ({
        code: outcome === "contradicted" ? "ANCHOR_CONTRADICTED" : "ANCHOR_NOT_KEPT",
        message: `${sink}: ${message}`,
      })),
  ];
}
