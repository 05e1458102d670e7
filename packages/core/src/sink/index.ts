export { checkOptions, type OptionRule, type OptionRules } from "./check-options.ts";
export { type NetworkFailure, networkFailureOf } from "./network-failure.ts";
export {
  aFunction,
  entryFormat,
  headersWithout,
  nameOfSink,
  objectWith,
  oneOf,
  textLike,
  wholeNumber,
} from "./option-rules.ts";
export { type BodyRead, readBody } from "./read-body.ts";
export { isContradiction, openTelemetrySeverity, type Severity, severityOf } from "./severity.ts";
export { type TraceContext, traceContextOf, traceparentOf } from "./trace-context.ts";
export { unlessAborted } from "./unless-aborted.ts";
