import type { AuditEvents } from "../audit-events.ts";

/** Whether a sink fails, and that somebody is told: once when it begins, once when it is over. */
export class Outage {
  readonly #name: string;
  readonly #events: AuditEvents;
  readonly #onChange: (isOn: boolean) => void;
  #isOn = false;
  /** How many tries in a row have failed. */
  failures = 0;
  lastError: string | null = null;

  constructor(name: string, events: AuditEvents, onChange: (isOn: boolean) => void) {
    this.#name = name;
    this.#events = events;
    this.#onChange = onChange;
  }

  tell(cause: unknown, message: string): void {
    this.lastError = message;
    if (this.#isOn) return;
    this.#isOn = true;
    this.#onChange(true);
    this.#events.problem({
      code: "SINK_FAILING",
      message: `Cannot deliver to the sink ${this.#name}: ${message}. Entries wait; it is tried again until it works.`,
      cause,
    });
  }

  over(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.lastError = null;
    this.#onChange(false);
    this.#events.emit("recovered", { part: "sink", name: this.#name });
  }
}
