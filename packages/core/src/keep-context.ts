import { AsyncResource } from "node:async_hooks";
import type { EventEmitter } from "node:events";

/**
 * Makes the listeners of a stream run in the present async context. Body parsers (multer, busboy, raw-body) resume
 * from events of the socket, which belong to no request: without this the scope is lost behind them.
 */
export function keepContext(emitter: EventEmitter): void {
  const emit = emitter.emit;
  const resource = new AsyncResource("OPENROUTER_AUDIT_REQUEST");
  emitter.emit = function (this: EventEmitter, ...event: Parameters<EventEmitter["emit"]>): boolean {
    return resource.runInAsyncScope(emit, this, ...event);
  } as EventEmitter["emit"];
}
