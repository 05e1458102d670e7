import { atEndOfTurn } from "../end-of-turn.ts";

/** What is to happen when an object is collected. */
export interface Watch {
  call: (() => void) | null;
}

const watches = new FinalizationRegistry<Watch>(({ call }) => call?.());

/**
 * Calls back when an object was collected. To be taken back where that can be: V8 makes what a registry is given survive
 * all but the full collections, also when it was unregistered, and with it all that it refers to. So that it is given one
 * small object, which is emptied then.
 *
 * @param call must not refer to the target, which would never be collected
 */
export function onCollected(target: object, call: () => void): Watch {
  const watch: Watch = { call };
  // Held until then: most bodies are read by the end of the turn they came in, and need no watch.
  atEndOfTurn(() => {
    if (watch.call) watches.register(target, watch, watch);
  });
  return watch;
}

/** Takes that back. */
export function offCollected(watch: Watch | null): void {
  if (!watch?.call) return;
  watch.call = null;
  watches.unregister(watch);
}
