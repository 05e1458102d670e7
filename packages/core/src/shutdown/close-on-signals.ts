import { constants } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as v from "valibot";
import { type AuditProblem, problemOf } from "../audit-error.ts";
import { type CloseOptions, checked, milliseconds } from "./close-options.ts";
import { Deadline } from "./deadline.ts";
import { type ClosableServer, stopServing } from "./stop-serving.ts";

/** What a signal does. */
export interface CloseOnSignalsOptions {
  /** @default ["SIGTERM", "SIGINT"] */
  readonly signals?: readonly NodeJS.Signals[];
  /** What takes requests: it takes no new connections then, and those that are running are waited for. @default none */
  readonly server?: ClosableServer | readonly ClosableServer[];
  /** How long to wait for requests and calls that are running, in milliseconds. @default 10_000 */
  readonly waitForCallsMs?: number;
}

interface ClosableLog {
  workEnded(timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
  close(options: CloseOptions): Promise<void>;
}

/** Told of a log whose end could not be written, before the process ends. */
type Tell = (problem: AuditProblem) => void;

interface ToClose {
  readonly log: ClosableLog;
  readonly tell: Tell;
  readonly signals: readonly NodeJS.Signals[];
  readonly servers: readonly ClosableServer[];
  readonly waitForCallsMs: number;
}

const unstoppable = new Set(["SIGKILL", "SIGSTOP"]);
const listOfSignals = "must be names of signals that a process can listen to";
const signal = v.custom<NodeJS.Signals>(
  (name) => typeof name === "string" && Object.hasOwn(constants.signals, name) && !unstoppable.has(name),
  listOfSignals,
);
const server = v.custom<ClosableServer>(
  (value) => typeof (value as ClosableServer | null)?.close === "function",
  "must be a server, with close(), or several",
);
const schema = v.strictObject({
  signals: v.optional(v.array(signal, listOfSignals)),
  server: v.optional(v.union([server, v.array(server)], "must be a server, with close(), or several")),
  waitForCallsMs: v.optional(milliseconds),
});

/** Of all logs of the process: it ends once. */
const toClose = new Set<ToClose>();
const listening = new Set<NodeJS.Signals>();
/** Its abortion ends the waiting. */
let hurry: AbortController | null = null;

/**
 * Closes a log in order when a signal comes, and then lets the signal end the process as it would have: its parent sees that it
 * was ended by this signal. Whoever else listens to the signal decides alone when the process ends.
 *
 * The first signal waits for what is running, a second one for nothing but the end of the log, a third for nothing at all.
 *
 * @returns what takes this back
 * @throws AuditError `INVALID_OPTIONS`
 */
export function closeOnSignals(log: ClosableLog, given: CloseOnSignalsOptions, tell: Tell): () => void {
  const options = checked(schema, given, "closeOnSignals()");
  const one: ToClose = {
    log,
    tell,
    signals: options.signals ?? ["SIGTERM", "SIGINT"],
    servers: [options.server ?? []].flat(),
    waitForCallsMs: options.waitForCallsMs ?? 10_000,
  };
  toClose.add(one);
  listen();
  return () => {
    toClose.delete(one);
    listen();
  };
}

function listen(): void {
  const wanted = new Set([...toClose].flatMap(({ signals }) => signals));
  for (const name of listening) {
    if (wanted.has(name)) continue;
    process.off(name, onSignal);
    listening.delete(name);
  }
  for (const name of wanted) {
    if (listening.has(name)) continue;
    // Before all others, so that listeners that go away when they are called are seen to have been there.
    process.prependListener(name, onSignal);
    listening.add(name);
  }
}

function onSignal(name: NodeJS.Signals): void {
  const isOthers = process.listenerCount(name) > 1;
  if (!hurry) {
    hurry = new AbortController();
    void closeAll(name, hurry.signal).then(() => end(name, isOthers));
  } else if (!hurry.signal.aborted) hurry.abort();
  else end(name, isOthers);
}

/** All of them, whichever signals they listen to: the process ends. */
async function closeAll(reason: NodeJS.Signals, signal: AbortSignal): Promise<void> {
  const closing = [...toClose].map(async ({ log, tell, servers, waitForCallsMs }) => {
    const stopped = servers.map(stopServing);
    const served = Promise.all(stopped.map(({ ended }) => ended));
    await new Deadline(waitForCallsMs, signal).allows(
      served.then(() => log.workEnded(waitForCallsMs, signal)),
    );
    for (const { release } of stopped) release();
    await log.close({ reason, signal }).catch((error: unknown) => tell(problemOf(error)));
  });
  await Promise.allSettled(closing);
  // A warning of the process is printed in its next turn, and the signal leaves it none.
  await nextTurn();
}

function end(name: NodeJS.Signals, isOthers: boolean): void {
  toClose.clear();
  listen();
  hurry = null;
  if (isOthers) return;
  process.kill(process.pid, name);
  // The first process of a container is not ended by a signal that it does not listen to: pid_namespaces(7).
  setImmediate(() => process.exit(128 + constants.signals[name]));
}
