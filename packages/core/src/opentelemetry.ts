import {
  type Attributes,
  type Meter,
  type MeterProvider,
  metrics,
  type Observable,
} from "@opentelemetry/api";
import type { AuditHealth } from "./health/audit-health.ts";
import { type Instrument, instruments } from "./health/instruments.ts";
import { library } from "./library.ts";

export interface ObserveAuditOptions {
  /** Where the numbers go. @default the global one, as the SDK has set it by then */
  readonly meterProvider?: MeterProvider;
  /** Added to every number: to tell the logs of a process apart, when it has several. @default none */
  readonly attributes?: Attributes;
}

/** What is observed: an `AuditLog`. */
export interface ObservableAudit {
  health(): AuditHealth;
}

/**
 * Gives the numbers of `audit.health()` to OpenTelemetry, whenever its metric reader asks: docs/operations.md has the list.
 * Call it when the SDK has been started; without an SDK it does nothing. Between two readings it costs nothing.
 *
 * @returns a function that ends it
 */
export function observeAudit(
  audit: ObservableAudit,
  { meterProvider = metrics.getMeterProvider(), attributes = {} }: ObserveAuditOptions = {},
): () => void {
  const meter = meterProvider.getMeter(library.name, library.version);
  const observed = instruments.map((instrument) => ({
    read: instrument.read,
    observable: observableOf(meter, instrument),
  }));
  const observables = observed.map(({ observable }) => observable);
  const callback: Parameters<Meter["addBatchObservableCallback"]>[0] = (result) => {
    const health = audit.health();
    for (const { read, observable } of observed)
      for (const { value, of } of read(health)) result.observe(observable, value, { ...attributes, ...of });
  };
  meter.addBatchObservableCallback(callback, observables);
  return () => meter.removeBatchObservableCallback(callback, observables);
}

function observableOf(meter: Meter, { kind, name, unit, description }: Instrument): Observable {
  switch (kind) {
    case "counter":
      return meter.createObservableCounter(name, { unit, description });
    case "upDownCounter":
      return meter.createObservableUpDownCounter(name, { unit, description });
    case "gauge":
      return meter.createObservableGauge(name, { unit, description });
  }
}
