import { setImmediate } from "node:timers";

/** What is to happen when an object is collected. */
export interface Watch {
  call: (() => void) | null;
}

const watches = new FinalizationRegistry<Watch>(({ call }) => call?.());

/** What is watched since this turn of the loop. Held until its end: most bodies are read by then, and need no watch. */
let young: { readonly target: object; readonly watch: Watch }[] = [];

// Taken once: the fake timers of a test would put theirs in its place, and what those never call would be held for ever.
const afterThisTurn = setImmediate;

// Also where ours is a fake one, no more than so many are held.
const mostYoung = 1_000;

/**
 * Calls back when an object was collected. To be taken back where that can be: V8 makes what a registry is given survive
 * all but the full collections, also when it was unregistered, and with it all that it refers to. So that it is given one
 * small object, which is emptied then.
 *
 * @param call must not refer to the target, which would never be collected
 */
export function onCollected(target: object, call: () => void): Watch {
  const watch = { call };
  if (young.length === 0) afterThisTurn(register);
  if (young.push({ target, watch }) >= mostYoung) register();
  return watch;
}

/** Takes that back. */
export function offCollected(watch: Watch | null): void {
  if (!watch?.call) return;
  watch.call = null;
  watches.unregister(watch);
}

function register(): void {
  for (const { target, watch } of young) if (watch.call) watches.register(target, watch, watch);
  young = [];
}
