import { setImmediate } from "node:timers";

let waiting: (() => void)[] = [];

// Taken once: the fake timers of a test would put theirs in its place, and what those never call would be held for ever.
const afterThisTurn = setImmediate;

// Also where ours is a fake one, no more than so many are held.
const most = 1_000;

/**
 * Calls back when this turn of the event loop is over, or sooner where many wait for that. One immediate for all of a turn: each is an
 * object with an async context of its own, and costs more than what is done here.
 *
 * @param call must not throw: others wait behind it
 */
export function atEndOfTurn(call: () => void): void {
  if (waiting.length === 0) afterThisTurn(callAll);
  if (waiting.push(call) >= most) callAll();
}

function callAll(): void {
  const calls = waiting;
  waiting = [];
  for (const call of calls) call();
}
