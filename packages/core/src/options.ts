import type { AuditProblem } from "./audit-error.ts";
import type { CallPolicy } from "./capture/policy.ts";
import type { AuditSink, RequiredSink } from "./delivery/sink.ts";
import type { Fetch } from "./fetch.ts";
import type { Guarantee, OnFailure } from "./guarantee/recording.ts";
import type { JournalFiles } from "./journal/file-names.ts";
import type { SyncPolicy } from "./journal/sync-policy.ts";
import type { RootKey } from "./keys/root-key.ts";

/** How an audit log is set up. Everything has a default. */
export interface AuditLogOptions {
  /** Where the journal is kept; made when missing. @default OPENROUTER_AUDIT_DIR, else "./audit_logs" */
  readonly directory?: string;
  /**
   * At least 32 bytes; the keys of the digests are derived from it and, without a `rootKey`, the root key too. @default
   * OPENROUTER_AUDIT_SECRET, else a secret made beside the journal, which protects against edits by those who cannot read
   * the directory, and against nobody else
   */
  readonly secret?: string;
  /**
   * The Ed25519 key that certifies every log, when it is not to be made from the secret: `{ pem }`, a PKCS #8 file or its
   * text; or `{ publicKey, sign }`, a key service that signs and keeps the key. @default `{ pem:
   * OPENROUTER_AUDIT_ROOT_KEY_FILE }`, else made from the secret
   */
  readonly rootKey?: RootKey;
  /** The name of the root key and the beginning of every origin: no spaces, no `+`. @default "openrouter-audit" */
  readonly name?: string;
  /** The API key for {@link AuditLog.ask} and for clients made without one. @default OPENROUTER_API_KEY */
  readonly apiKey?: string;
  /** Where OpenRouter is, as an http or https URL. @default OPENROUTER_BASE_URL, else "https://openrouter.ai/api/v1" */
  readonly baseURL?: string;
  /** The name of this service, or its name and version. @default OTEL_SERVICE_NAME, else npm's package name */
  readonly service?: string | { readonly name: string; readonly version?: string };
  /** `sha256` makes digests that anybody can recompute, and look up. @default "hmac" */
  readonly digest?: "hmac" | "sha256";
  /** Whether calls that may cost money are made when nobody is known that they are made for. @default "record" */
  readonly withoutUser?: "record" | "refuse";
  /**
   * Decides about each call that may cost money, and about uploads, before they are sent; the reason it gives refuses the
   * call. @default none
   */
  readonly policy?: CallPolicy;
  /**
   * Asks OpenRouter how it routed each call, for the entry's `routing`: adds the header `X-OpenRouter-Metadata: enabled`,
   * and OpenRouter adds `openrouter_metadata` to its answers. @default false
   */
  readonly routingMetadata?: boolean;
  /**
   * What a caller waits for. `best_effort`: nothing. `recorded`: the end of an answer comes when its entry is on the disk, and
   * in the sinks that are `required`. `write_ahead`: besides, nothing is sent before it is on the disk that it will be.
   * See docs/guarantees.md. @default "recorded"
   */
  readonly guarantee?: Guarantee;
  /**
   * What becomes of calls while nothing can be recorded: `block` refuses them before money is spent, `continue` makes them
   * and counts what is lost. @default "block"; with `best_effort`, "continue"
   */
  readonly onFailure?: OnFailure;
  /** How long a call waits for its entry, in milliseconds; then that counts as a failure. @default 10_000 */
  readonly recordTimeoutMs?: number;
  /**
   * When entries are forced to the disk: with each commit, every `syncIntervalMs`, or when the system likes to. With the last
   * two, a crash of the machine may take the newest entries; a crash of the process takes none. @default "commit"
   */
  readonly sync?: SyncPolicy;
  /** @default 1000 */
  readonly syncIntervalMs?: number;
  /** What may wait in memory; more than that is refused, or lost and counted. @default 10_000 entries, 64 MiB */
  readonly buffer?: { readonly entries?: number; readonly bytes?: number };
  /**
   * When to warn that the disk becomes full, and when to take no more calls: free bytes, or bytes of the journal with a
   * quota. @default warns below a tenth of the disk or 1 GiB, stops below a hundredth or 64 MiB, whichever is less; no quota
   */
  readonly disk?: { readonly warnBytes?: number; readonly stopBytes?: number; readonly quotaBytes?: number };
  /**
   * Whether processes share the file of a day, or each has its own: needed where appending is not atomic, as on network
   * file systems. @default "shared"
   */
  readonly files?: JournalFiles;
  /** Where entries are delivered to, from the journal. @default none */
  readonly sinks?: readonly (AuditSink | RequiredSink)[];
  /** `false` where there is no disk: entries are sealed in memory and delivered to the sinks. @default true */
  readonly journal?: boolean;
  /** After how long a silence a heartbeat is written. @default 300_000 */
  readonly heartbeatMs?: number;
  /** The fetch that does the work. @default the global one */
  readonly fetch?: Fetch;
  /** Told of everything that goes wrong without stopping a call. @default a process warning */
  readonly onProblem?: (problem: AuditProblem) => void;
}
