import type { CheckStep } from "../openrouter/check-steps.ts";
import type { KeyFacts } from "../openrouter/key-facts.ts";
import type { Colors } from "../terminal.ts";
import { count, dollars, moment } from "./amounts.ts";
import { visible } from "./visible.ts";

/** One step of `check` as a person reads it. */
export function checkStepText({ ok, found, advice, key }: CheckStep, { green, red, dim }: Colors): string {
  const lines = [
    `${ok ? green("✓") : red("✗")} ${visible(found)}`,
    ...(key ? keyLines(key).map(([name, value]) => `    ${dim(name.padEnd(8))} ${visible(value)}`) : []),
    ...(advice ? [`  → ${visible(advice)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function keyLines(key: KeyFacts): (readonly [name: string, value: string])[] {
  const lines: (readonly [string, string])[] = [];
  if (key.label !== null) lines.push(["label", key.label]);
  lines.push(["limit", limitOf(key)], ["used", usageOf(key)]);
  if (key.freeTier) lines.push(["tier", "free: no credit was bought yet"]);
  if (key.freeRequestsRemaining !== null)
    lines.push(["free", `${count(key.freeRequestsRemaining)} requests to free models left today`]);
  if (key.expiresAt !== null) lines.push(["expires", `${moment(key.expiresAt)} UTC`]);
  return lines;
}

function limitOf({ limitUsd, limitRemainingUsd, limitReset }: KeyFacts): string {
  if (limitUsd === null) return "none on this key; the account's credit counts";
  const reset = limitReset === null ? "" : `, reset ${limitReset}`;
  return `${dollars(limitUsd)}, of which ${dollars(limitRemainingUsd)} is left${reset}`;
}

function usageOf({ usageUsd, usageDailyUsd, usageMonthlyUsd }: KeyFacts): string {
  return `${dollars(usageUsd)} in all, ${dollars(usageMonthlyUsd)} this month, ${dollars(usageDailyUsd)} today`;
}
