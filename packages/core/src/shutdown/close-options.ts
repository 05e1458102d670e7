import * as v from "valibot";
import { AuditError } from "../audit-error.ts";

/** How an audit log ends. */
export interface CloseOptions {
  /** Why, for `audit.closed`. @default "close" */
  readonly reason?: string;
  /** How long to wait for calls that are running, in milliseconds; what runs then is recorded as `unknown`. @default 0 */
  readonly waitForCallsMs?: number;
  /** How long to go on delivering to the sinks; the next process delivers the rest. @default 5000 */
  readonly deliverMs?: number;
  /** Ends the waiting, for calls and for sinks, when it aborts. The log is closed in order all the same. */
  readonly signal?: AbortSignal;
}

export interface FlushOptions {
  /** How long it may take, in milliseconds. @default `recordTimeoutMs` */
  readonly timeoutMs?: number;
}

const longest = 3_600_000;
export const milliseconds = v.pipe(
  v.number(),
  v.minValue(0, "must be at least 0"),
  v.maxValue(longest, `must be at most ${longest}, which is an hour`),
);

const closeSchema = v.strictObject({
  reason: v.optional(v.string()),
  waitForCallsMs: v.optional(milliseconds),
  deliverMs: v.optional(milliseconds),
  signal: v.optional(v.instance(AbortSignal, "must be an AbortSignal")),
});

type CheckedCloseOptions = Required<Omit<CloseOptions, "signal">> & Pick<CloseOptions, "signal">;

/**
 * @param given whatever is no object is the reason: listeners to signals are handed a number, too
 * @throws AuditError `INVALID_OPTIONS`
 */
export function closeOptionsOf(given: string | CloseOptions): CheckedCloseOptions {
  const options: v.InferOutput<typeof closeSchema> =
    typeof given === "object" && given !== null ? checked(closeSchema, given, "close()") : { reason: given };
  return {
    reason: options.reason ?? "close",
    waitForCallsMs: options.waitForCallsMs ?? 0,
    deliverMs: options.deliverMs ?? 5000,
    ...(options.signal && { signal: options.signal }),
  };
}

/** @throws AuditError `INVALID_OPTIONS` */
export function timeoutOf(given: FlushOptions, otherwise: number): number {
  const { timeoutMs } = checked(v.strictObject({ timeoutMs: v.optional(milliseconds) }), given, "flush()");
  return timeoutMs ?? otherwise;
}

/** @throws AuditError `INVALID_OPTIONS`, which says what is wrong */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
  whose: string,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, given);
  if (success) return output;
  const [{ message, path }] = issues;
  const name = path?.map(({ key }) => String(key)).join(".");
  throw new AuditError(
    "INVALID_OPTIONS",
    `${name ? `Option "${name}"` : "What was given to"} of ${whose} is not right: ${message}.`,
  );
}
