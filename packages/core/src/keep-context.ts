import type { EventEmitter } from "node:events";

/**
 * Makes the listeners of a stream run inside `enter`. Body parsers (multer, busboy, raw-body) resume from events of the
 * socket, which belong to no request: without this the scope is lost behind them. Nothing else of the async context is
 * touched: it belongs to others, who may keep theirs in the same way.
 */
export function keepContext(emitter: EventEmitter, enter: <T>(work: () => T) => T): void {
  const emit = emitter.emit;
  emitter.emit = function (this: EventEmitter, ...event: Parameters<EventEmitter["emit"]>): boolean {
    return enter(() => emit.apply(this, event));
  } as EventEmitter["emit"];
}
