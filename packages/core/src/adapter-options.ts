import { checkedApiKey } from "./api-key.ts";
import type { UserAnswer } from "./audit-context.ts";
import { AuditError } from "./audit-error.ts";
import { AuditLog } from "./audit-log.ts";
import { configOf } from "./config.ts";
import type { AuditLogOptions } from "./options.ts";
import { auditLogOptionNames } from "./options-schema.ts";
import { unknownOption } from "./unknown-option.ts";

/** What every adapter takes: an audit log, or the options to make one, and how requests name their user. */
export interface AdapterOptions<Request extends object> extends AuditLogOptions {
  /** A log made elsewhere; whoever made it closes it. Not together with the options of a log. */
  readonly audit?: AuditLog;
  /**
   * Says who is behind a request, from authentication. Asked when the first call is made.
   * @default the places that {@link authenticatedUser} lists
   */
  readonly user?: (request: Request) => UserAnswer | Promise<UserAnswer>;
  /** `false`: no client is offered, only the audited fetch, and no API key is needed. @default true */
  readonly client?: boolean;
}

const adapterOptionNames = ["user", "audit", "client"] as const satisfies readonly Exclude<
  keyof AdapterOptions<object>,
  keyof AuditLogOptions
>[];

/**
 * The log an adapter writes to.
 *
 * @param ofAdapter the names of options that only this adapter has, which it has checked itself
 * @throws AuditError `INVALID_OPTIONS`, what {@link AuditLog} throws, and for a missing or malformed key
 * `MISSING_API_KEY`, `MALFORMED_API_KEY`
 */
export function auditLogFor<Request extends object>(
  options: AdapterOptions<Request>,
  ofAdapter: readonly string[] = [],
): AuditLog {
  const known = [...auditLogOptionNames, ...adapterOptionNames, ...ofAdapter];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownOption(unknown, known);
  const { audit: shared, user, client = true, ...logOptions } = options;
  if (user !== undefined && typeof user !== "function") {
    throw new AuditError(
      "INVALID_OPTIONS",
      'Option "user" is not right: must be a function from a request to a user id.',
    );
  }
  if (typeof client !== "boolean") {
    throw new AuditError("INVALID_OPTIONS", 'Option "client" is not right: must be true or false.');
  }
  if (shared !== undefined && typeof (shared as Partial<AuditLog> | null)?.newScope !== "function") {
    throw new AuditError(
      "INVALID_OPTIONS",
      'Option "audit" is not right: must be an AuditLog; that of a middleware is its member "audit".',
    );
  }
  const mixed = shared && auditLogOptionNames.find((name) => logOptions[name] !== undefined);
  if (mixed) {
    throw new AuditError(
      "INVALID_OPTIONS",
      `Option "${mixed}" belongs to the audit log: set it where that is made, or leave out "audit".`,
    );
  }
  if (shared) {
    if (client) shared.connection();
    return shared;
  }
  if (client) {
    // Before the log is opened: a start that fails leaves nothing behind.
    const { apiKey, baseURL } = configOf(logOptions);
    checkedApiKey(apiKey, baseURL);
  }
  return new AuditLog(logOptions);
}
