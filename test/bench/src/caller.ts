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
}

const { answer, server, journal, peer } = settingOfChild<CallerSetting>();
const url = server ?? "https://openrouter.ai/api/v1";
const work = server === null ? fakeFetches[answer] : globalThis.fetch;
const audit = journal === null ? null : openAudit(journal, url, work);
const fetch = audit?.fetch ?? work;
const call = server === null ? fetchCall(answer, url, fetch) : clientCall(answer, url, fetch, peer);
// Attributed one by one, as the calls of an application's users are.
const attributed = audit ? () => audit.run({ userId: "ada" }, call) : call;

answerParent(
  (size: BatchSize) => runBatch(attributed, size),
  () => audit?.close(),
);
