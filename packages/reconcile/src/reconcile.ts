import { resolve } from "node:path";
import { type EntryTable, openEntries } from "@openrouter-audit/analysis";
import { type AuditAct, recordedAnswer } from "@openrouter-audit/core";
import { compareAccounts } from "./compare-accounts.ts";
import { type DaySpan, daySpan } from "./days.ts";
import { Inquiry } from "./inquiry.ts";
import { OpenRouter } from "./openrouter.ts";
import { outcomeOf } from "./outcome.ts";
import { systemClock } from "./pace.ts";
import { checkReconcileOptions, type ReconcileOptions } from "./reconcile-options.ts";
import type { Reconciliation, Unsettled } from "./reconciliation.ts";
import { StateFile } from "./state-file.ts";

/**
 * Compares a log with OpenRouter's own records: `/activity` by day, model and provider, and `/generation` by id. It finds
 * calls that bypassed the log, entries that OpenRouter does not know, and differences in tokens and cost; and what aborted streams cost. docs/reconcile.md
 * defines all of it.
 *
 * @throws AuditError `INVALID_OPTIONS`, `MISSING_API_KEY`, `MALFORMED_API_KEY`; `CALL_FAILED` when OpenRouter does not take a key, or never answers;
 * `JOURNAL_UNREADABLE`; what `recordAct` and `recordCorrection` throw; the signal's reason: then what was answered is in the state file
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  checkReconcileOptions(options);
  const { entries, acts, keyHashes, every = false, activity = true, clock = systemClock } = options;
  const span = daySpan(options.period, clock.now());
  const openRouter = new OpenRouter(options.openRouter, clock, options.onTrouble);
  const place = typeof entries === "string" ? entries : entries.name;
  const about = {
    source: place.includes("://") ? place.replace(/\/\/[^@/]*@/, "//") : resolve(place),
    openrouter: openRouter.baseURL,
    since: new Date(span.since).toISOString(),
    until: new Date(span.until).toISOString(),
    keys: keyHashes ?? null,
  };
  const { source, ...parameters } = about;
  const asked = { ...parameters, every, activity, write: Boolean(options.corrections) };
  const log = acts && { recordAct: (act: AuditAct) => acts.recordAct({ ...act, act: "reconciled" }) };
  return recordedAnswer(
    log,
    { doing: "openrouter", source, parameters: asked },
    async () => {
      const { file, remembered } = StateFile.open({
        path: options.state ?? null,
        about,
        resume: options.resume ?? false,
        onLost: options.onStateLost,
      });
      const { concurrency = 4, signal, onProgress } = options;
      const inquiry = new Inquiry({
        openRouter,
        state: file,
        remembered,
        clock,
        concurrency,
        signal,
        onProgress,
      });
      const table: EntryTable = typeof entries === "string" ? await openEntries(entries) : entries;
      try {
        const result = await compareAccounts({ table, inquiry, openRouter, span, options, source });
        if (result.unsettled.every((each) => isSettled(each, span))) file.remove();
        return result;
      } finally {
        if (typeof entries === "string") await table.close();
      }
    },
    { signal: options.signal, rowsOf: ({ log: { calls } }) => calls, foundOf: outcomeOf },
  );
}

/** Whether asking again would change nothing. */
function isSettled({ reason, day }: Unsettled, { tooOld }: DaySpan): boolean {
  return (
    reason === "no_id" || reason === "no_record" || (reason === "day" && day !== null && tooOld.includes(day))
  );
}
