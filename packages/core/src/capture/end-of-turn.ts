import { setImmediate } from "node:timers";

let waiting: (() => void)[] = [];

/**
 * Calls back when this turn of the event loop is over. One immediate for all of a turn: each is an object with an async context
 * of its own, and costs more than what is done here.
 *
 * @param call must not throw: others wait behind it
 */
export function atEndOfTurn(call: () => void): void {
  if (waiting.length === 0) setImmediate(callAll);
  waiting.push(call);
}

function callAll(): void {
  const calls = waiting;
  waiting = [];
  for (const call of calls) call();
}
