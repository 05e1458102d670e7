import { EventEmitter } from "node:events";
import type { AuditProblem } from "./audit-error.ts";
import type { SinkStatus } from "./delivery/delivery.ts";

/** What an audit log tells those who listen, with {@link AuditLog.on}. */
export interface AuditEventMap {
  /** Something went wrong. What `onProblem` is told too. */
  problem: [problem: AuditProblem];
  /** Entries were lost; the log says so with an `audit.gap` as soon as it can. */
  gap: [gap: AuditGap];
  /** What had failed works again. */
  recovered: [recovery: { readonly part: "journal" | "sink" | "disk"; readonly name: string }];
  /** The journal goes on in another file. */
  rotated: [rotation: { readonly from: string; readonly to: string }];
  /** A sink is behind by more than it should be; said again each minute as long as it is. */
  lag: [sink: SinkStatus];
}

/** Entries that are in no log. */
export interface AuditGap {
  readonly reason: string;
  readonly count: number;
  /** RFC 3339 in UTC. */
  readonly since: string;
  readonly until: string;
}

/** The events of one audit log. What a listener throws goes nowhere: watching must not break what is watched. */
export class AuditEvents {
  readonly #emitter = new EventEmitter();
  readonly #onProblem: (problem: AuditProblem) => void;

  /** @param onProblem is told of every problem, and never throws */
  constructor(onProblem: (problem: AuditProblem) => void) {
    this.#onProblem = onProblem;
    this.#emitter.setMaxListeners(0);
  }

  on<Name extends keyof AuditEventMap>(name: Name, listener: (...args: AuditEventMap[Name]) => void): void {
    this.#emitter.on(name, listener);
  }

  off<Name extends keyof AuditEventMap>(name: Name, listener: (...args: AuditEventMap[Name]) => void): void {
    this.#emitter.off(name, listener);
  }

  emit<Name extends keyof AuditEventMap>(name: Name, ...args: AuditEventMap[Name]): void {
    for (const listener of this.#emitter.listeners(name)) {
      try {
        // An async listener that rejects must not end the process either.
        Promise.resolve(listener(...args)).catch(() => undefined);
      } catch {
        // There is nobody left to tell.
      }
    }
  }

  /** Tells of something that went wrong. */
  readonly problem = (problem: AuditProblem): void => {
    this.#onProblem(problem);
    this.emit("problem", problem);
  };
}
