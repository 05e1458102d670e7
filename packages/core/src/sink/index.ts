export {
  aFunction,
  checkOptions,
  entryFormat,
  nameOfSink,
  type OptionRule,
  type OptionRules,
  objectWith,
  oneOf,
  textLike,
  wholeNumber,
} from "./check-options.ts";
export { type NetworkFailure, networkFailureOf } from "./network-failure.ts";
export { isContradiction, openTelemetrySeverity, type Severity, severityOf } from "./severity.ts";
export { type TraceContext, traceContextOf, traceparentOf } from "./trace-context.ts";
export { unlessAborted } from "./unless-aborted.ts";
