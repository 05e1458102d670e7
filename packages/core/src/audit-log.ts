import { AsyncLocalStorage } from "node:async_hooks";
import { type Connection, checkedConnection } from "./api-key.ts";
import { type AskOptions, askModel } from "./ask.ts";
import type { AuditContext } from "./audit-context.ts";
import { type AuditEventMap, AuditEvents } from "./audit-events.ts";
import { Attempts } from "./capture/attempts.ts";
import { type AuditedFetchSetting, auditedFetch } from "./capture/audited-fetch.ts";
import { Targets } from "./capture/targets.ts";
import { Turns } from "./capture/turns.ts";
import { UnrecordedCalls } from "./capture/unrecorded-calls.ts";
import { type AuditConfig, configOf } from "./config.ts";
import type { ActUnderWay, AuditAct } from "./entry/act-entry.ts";
import { type Correction, draftOfCorrection } from "./entry/correction.ts";
import type { AuditEntry } from "./entry/entry.ts";
import { draftOfEvent, type RecordedEvent } from "./entry/recorded-event.ts";
import { type Fetch, markAudited } from "./fetch.ts";
import { Recording } from "./guarantee/recording.ts";
import type { AuditHealth } from "./health/audit-health.ts";
import { healthOf, partsSeen } from "./health/health.ts";
import { identityIn } from "./identity-in.ts";
import { logClosed } from "./log-closed.ts";
import { openLog } from "./open-log.ts";
import type { AuditLogOptions } from "./options.ts";
import { recordAct } from "./record-act.ts";
import { AuditScope } from "./scope.ts";
import { entryOf } from "./seal/sealed-entry.ts";
import { closeAtExit } from "./shutdown/close-at-exit.ts";
import { closeLog, flushLog } from "./shutdown/close-log.ts";
import { type CloseOnSignalsOptions, closeOnSignals } from "./shutdown/close-on-signals.ts";
import { type CloseOptions, closeOptionsOf, type FlushOptions, timeoutOf } from "./shutdown/close-options.ts";
import { Deadline } from "./shutdown/deadline.ts";
import { RunningWork } from "./shutdown/running-work.ts";

/**
 * The audit log of a process: one for each journal directory. Give its `fetch` to any client of OpenRouter, and run
 * work inside {@link run} so that calls are attributed to somebody.
 */
export class AuditLog {
  /** The root key's public half as a C2SP vkey: what an auditor needs to verify the journal. */
  readonly publicKey: string;
  /** The real path of the journal; empty without one. */
  readonly directory: string;
  /** Audited fetch that attributes each call to the {@link run} it is made in. */
  readonly fetch: Fetch = markAudited((input, init) => auditedFetch(this.#setting, this.scope, input, init));
  readonly #config: AuditConfig;
  readonly #scopes = new AsyncLocalStorage<AuditScope>();
  readonly #events: AuditEvents;
  readonly #parts;
  readonly #recording: Recording;
  readonly #setting: AuditedFetchSetting;
  readonly #openSince = new Date().toISOString();
  readonly #stopClosingAtExit: () => void;
  readonly #work = new RunningWork();
  #closing = false;
  #end: Promise<void> | null = null;

  /**
   * Opens the journal and begins a new log in it. Everything that can be wrong with the configuration is found here.
   *
   * @throws AuditError `INVALID_OPTIONS`, `SECRET_TOO_SHORT`, `KEY_MISMATCH`, `JOURNAL_ALREADY_OPEN`, `JOURNAL_UNWRITABLE`
   */
  constructor(options: AuditLogOptions = {}) {
    this.#config = configOf(options);
    this.#events = new AuditEvents(this.#config.onProblem);
    const secretFrom = options.secret ? "the option" : "OPENROUTER_AUDIT_SECRET";
    this.#parts = openLog(this.#config, secretFrom, this.#events);
    const { recorder, delivery, disk, digester } = this.#parts;
    ({ publicKey: this.publicKey, directory: this.directory } = this.#parts);
    const { policy, withoutUser, routingMetadata, service, baseURL, fetch } = this.#config;
    this.#recording = new Recording({ ...this.#config, recorder, delivery, disk });
    const onProblem = this.#events.problem;
    this.#setting = {
      recording: this.#recording,
      digester,
      attempts: new Attempts(),
      turns: new Turns(),
      service,
      running: this.#work.calls,
      targets: new Targets(baseURL),
      refusal: () => (this.#closing ? logClosed() : this.#recording.refusal),
      admission: policy || withoutUser === "refuse" ? { policy, withoutUser } : null,
      routingMetadata,
      fetch,
      onProblem,
      unrecorded: new UnrecordedCalls(onProblem),
    };
    this.#stopClosingAtExit = closeAtExit(this, this.#events.problem);
  }

  /** Listens to what happens to the log. What a listener throws goes nowhere. */
  on<Name extends keyof AuditEventMap>(name: Name, listener: (...args: AuditEventMap[Name]) => void): this {
    this.#events.on(name, listener);
    return this;
  }

  /** Listens no longer. */
  off<Name extends keyof AuditEventMap>(name: Name, listener: (...args: AuditEventMap[Name]) => void): this {
    this.#events.off(name, listener);
    return this;
  }

  /** How the log is, now: for health checks and metrics. Costs next to nothing, and asks nobody. See docs/operations.md. */
  health(): AuditHealth {
    const { running, refusal } = this.#setting;
    const now = { openSince: this.#openSince, callsRunning: running.size, refusal: refusal() };
    return healthOf({ ...partsSeen(this.#config, this.#parts), ...now });
  }

  /** The scope of the present async context. */
  get scope(): AuditScope | null {
    return this.#scopes.getStore() ?? null;
  }

  /**
   * Where calls go, and the key for them, checked. What goes to a base URL given here is recorded from now on: a client
   * is made with it, and its calls must not pass unseen.
   *
   * @throws AuditError `INVALID_OPTIONS`, `MISSING_API_KEY`, `MALFORMED_API_KEY`
   */
  connection(given: { readonly [Part in keyof Connection]?: string | undefined } = {}): Connection {
    const connection = checkedConnection(given, this.#config);
    this.#setting.targets.add(connection.baseURL);
    return connection;
  }

  /** Makes a scope without entering it: for adapters. A scope made inside another inherits what it does not say. */
  newScope(context: AuditContext): AuditScope {
    const fetchFor = (scope: AuditScope): Fetch =>
      markAudited((input, init) => auditedFetch(this.#setting, scope, input, init));
    return new AuditScope(context, this.scope, { fetchFor, onProblem: this.#events.problem });
  }

  /** Runs work for somebody: every call made through {@link fetch} inside it is attributed accordingly. */
  run<T>(context: AuditContext | AuditScope, work: () => T): T {
    return this.#scopes.run(context instanceof AuditScope ? context : this.newScope(context), work);
  }

  /** Audited fetch bound to a context, for code that loses the async context. */
  fetchAs(context: AuditContext | AuditScope): Fetch {
    return (context instanceof AuditScope ? context : this.newScope(context)).fetch;
  }

  /**
   * Sends one prompt and returns the text of the answer. Writes one entry for each HTTP exchange.
   *
   * @throws AuditError `CALL_FAILED` with OpenRouter's message when it refused, or with what came in place of a text;
   * `MISSING_API_KEY`, `MALFORMED_API_KEY`, `CALL_REFUSED`, `JOURNAL_UNWRITABLE`, `JOURNAL_BUSY`, `SINK_UNAVAILABLE`,
   * `LOG_CLOSED`. What fetch throws passes through.
   */
  async ask(prompt: string, options: AskOptions): Promise<string> {
    const { userId, metadata, apiKey } = options;
    const scope = this.newScope({ ...(userId !== undefined && { userId }), ...(metadata && { metadata }) });
    return askModel(scope.fetch, this.connection({ apiKey }), prompt, options);
  }

  /**
   * Records an event of the application's own. Resolves with the sealed entry when the disk and every required sink have it.
   *
   * @throws AuditError `INVALID_ENTRY`, `LOG_CLOSED`; `JOURNAL_BUSY`: it is not kept; `JOURNAL_UNWRITABLE`, `SINK_UNAVAILABLE`
   * after `recordTimeoutMs` at the latest, also with `onFailure: "continue"`
   */
  async record(event: RecordedEvent): Promise<AuditEntry> {
    const scope = event.user_id === undefined ? this.scope : this.newScope({ userId: event.user_id });
    const draft = draftOfEvent(event, await identityIn(scope), scope, this.#config.service);
    return entryOf(await this.#recording.recorded(draft));
  }

  /**
   * Records that somebody (whom the scope names) does something with the log itself: reads it. Resolves when that is on the disk.
   *
   * @throws AuditError as {@link record} does: then it must not be done
   */
  recordAct(act: AuditAct): Promise<ActUnderWay> {
    return recordAct(act, this.scope, this.#recording, this.#config.service);
  }

  /** Records what others know better of an entry, beside it: as `audit.corrected`. @throws AuditError as {@link record} does */
  async recordCorrection(correction: Correction): Promise<AuditEntry> {
    return entryOf(await this.#recording.recorded(draftOfCorrection(correction, this.#config.service)));
  }

  /**
   * Resolves when everything recorded so far is on the disk, and in all sinks. Where a platform freezes the process between
   * requests, await it before each answer ends.
   *
   * @throws AuditError `JOURNAL_UNWRITABLE`, `SINK_UNAVAILABLE` when the time is up, `INVALID_OPTIONS`
   */
  async flush(options: FlushOptions = {}): Promise<void> {
    await flushLog(this.#parts, timeoutOf(options, this.#config.recordTimeoutMs));
  }

  /** Work that may make calls one after the other, such as a request: {@link workEnded} waits for it. For adapters. */
  hold(work: Promise<unknown>): void {
    this.#work.hold(work);
  }

  /** Waits until no call is running and no work is held, and says whether that was so in time. Calls may begin meanwhile. */
  workEnded(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    return new Deadline(timeoutMs, signal).allows(this.#work.ended());
  }

  /**
   * Ends the log: calls are refused, those that are running are waited for as long as is said, and then recorded as `unknown`;
   * `audit.closed` is written, and delivered what time allows. A disk that stalls takes at most twice `recordTimeoutMs` more.
   *
   * @param options or the reason alone
   * @throws AuditError `JOURNAL_UNWRITABLE` when the end could not be written, `INVALID_OPTIONS`; without a journal,
   * `SINK_UNAVAILABLE` when a sink lacks something, which nobody will deliver later
   */
  async close(options: string | CloseOptions = {}): Promise<void> {
    const given = closeOptionsOf(options);
    this.#stopClosingAtExit();
    // Before anything is waited for: a call that began meanwhile would end without an entry.
    this.#closing = true;
    this.#parts.orphans?.stop();
    this.#end ??= closeLog(this.#parts, this.#work, given, this.#config.recordTimeoutMs);
    await this.#end;
  }

  /**
   * From now on a signal closes the log in order, and ends the process as it would have: docs/guarantees.md, "Shutdown".
   *
   * @returns what takes this back
   * @throws AuditError `INVALID_OPTIONS`
   */
  closeOnSignals(options: CloseOnSignalsOptions = {}): () => void {
    return closeOnSignals(this, options, this.#events.problem);
  }
}
