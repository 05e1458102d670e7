import type { Output } from "./command-io.ts";
import { many } from "./format/amounts.ts";

/** Says that a reader met lines it could not show: silence would make a damaged journal look whole. */
export function reportSkipped(lines: number, stderr: Output): void {
  if (lines === 0) return;
  stderr.write(
    `${many(lines, "line")} skipped: not an audit entry. \`openrouter-audit verify\` says where and why.\n`,
  );
}
