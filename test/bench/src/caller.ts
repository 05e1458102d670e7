import { AsyncLocalStorage } from "node:async_hooks";
import type { AnswerKind } from "./answers.ts";
import { type BatchSize, runBatch } from "./batch.ts";
import { answerParent, settingOfChild } from "./child.ts";
import { clientCall } from "./client-call.ts";
import { fakeFetches, fetchCall } from "./fetch-call.ts";
import { openAudit } from "./open-audit.ts";
import type { Peer } from "./peers.ts";

/** What a calling process is started with. */
export interface CallerSetting {
  readonly answer: AnswerKind;
  /** The base URL of a server, for the `openai` client; null for a fetch without a network. */
  readonly server: string | null;
  /** The directory of the journal; null for bare calls. */
  readonly journal: string | null;
  /** The tracing SDK that looks on, for comparison. */
  readonly peer: Peer | null;
  /** Whether bare calls are made in an async context, as those of most frameworks and of every tracing SDK are. */
  readonly inContext: boolean;
}

const { answer, server, journal, peer, inContext } = settingOfChild<CallerSetting>();
const url = server ?? "https://openrouter.ai/api/v1";
const work = server === null ? fakeFetches[answer] : globalThis.fetch;
const audit = journal === null ? null : openAudit(journal, url, work);
const fetch = audit?.fetch ?? work;
const call = server === null ? fetchCall(answer, url, fetch) : clientCall(answer, url, fetch, peer);
const contexts = new AsyncLocalStorage<object>();
// Attributed one by one, as the calls of an application's users are.
const attributed = audit ? () => audit.run({ userId: "ada" }, call) : call;
const made = inContext ? () => contexts.run({}, call) : attributed;

answerParent(
  (size: BatchSize) => runBatch(made, size),
  () => audit?.close(),
);
