import type { BreakingResult } from "./breaking.ts";

const mostShown = 20;

export function printResult({ name, seed, rounds, seconds, attempts, notTried }: BreakingResult): void {
  console.log(`${name} (seed ${seed}, ${rounds} rounds, ${seconds} s)`);
  for (const { what, times, survived, lost, violations } of attempts) {
    console.log(`  ${violations.length > 0 ? "BROKEN" : "held"}  ${what}`);
    console.log(`        tried ${times} times`);
    console.log(`        survived: ${survived}`);
    console.log(`        lost: ${lost}`);
    for (const violation of violations.slice(0, mostShown)) console.log(`        ! ${violation}`);
    if (violations.length > mostShown) console.log(`        ! and ${violations.length - mostShown} more`);
  }
  for (const what of notTried) console.log(`  NOT TRIED  ${what}`);
}
