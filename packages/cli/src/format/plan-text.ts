import { type Approval, type DoomedFile, planDigest } from "@openrouter-audit/retention";
import { visible } from "./visible.ts";

/** The name of a plan, by which a second person approves it. */
export function planText(doomed: readonly DoomedFile[], command: string): string {
  const plan = planDigest(doomed);
  return `Plan ${plan}: where it takes two, the other one says, with the same policy:\n  openrouter-audit ${command} --plan ${plan}\n`;
}

/** That a plan is approved. */
export function approvalText({ plan, by }: Approval): string {
  return `APPROVED  ${plan}\n  by ${visible(by)}, for seven days, for another person to delete.\n`;
}
