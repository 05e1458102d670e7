import { planDigest } from "@openrouter-audit/retention";
import type { TableRetention } from "@openrouter-audit/retention/postgres";
import { many } from "./amounts.ts";
import { visible } from "./visible.ts";

/** What was dropped of a table, or would be, for a person. */
export function tableRetentionText({ days, dropped }: TableRetention): string {
  const gone = new Set(dropped);
  return days
    .map(({ file, lines, action, because }) => {
      const word = gone.has(file) ? "dropped" : action === "delete" ? "would go" : "stays";
      const why = because.length > 0 ? `  ${because.join("; ")}` : "";
      return `${visible(`${file}  ${many(lines, "line")}  ${word}${why}`)}\n`;
    })
    .join("");
}

/** The same for programs. docs/retention.md, "For programs". */
export function tableRetentionJson({ table, at, result, stopped, approval, ...run }: TableRetention) {
  const days = run.days.map(({ file, action, because, lines, bytes, sha256, holding }) => ({
    day: file,
    action,
    because,
    lines,
    bytes,
    sha256,
    holds: holding.map(({ hold }) => hold),
  }));
  const plan = run.doomed.length > 0 ? planDigest(run.doomed) : null;
  return { table, at, result, stopped, plan, days, dropped: run.dropped, approval };
}
