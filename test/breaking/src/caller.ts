// A process that makes audited calls, and tells its parent how each of them went for who made it.
import { setTimeout as wait } from "node:timers/promises";
import { AuditError, AuditLog } from "@openrouter-audit/core";
import { type CallerAnswerSource, callUpstream, fetchInProcess } from "./call-upstream.ts";
import type { CallerSetting, CallOrder, CallTotals, MemoryUse, Question, Report } from "./caller-setting.ts";
import { fileSink } from "./file-sink.ts";

const setting = JSON.parse(process.argv[2]!) as CallerSetting;
const inProcess: CallerAnswerSource = { sent: 0 };
let answered = 0;
let made = 0;

const audit = opened();
if (setting.closesOnSignals) audit.closeOnSignals({ waitForCallsMs: 100 });
process.on("message", async (question: Question) => tell({ answer: await answer(question) }));
tell({ event: "ready", about: { publicKey: audit.publicKey } });
if (setting.calls) void makeCalls(setting.calls).then((totals) => tell({ event: "called", about: totals }));

function opened(): AuditLog {
  try {
    const log = new AuditLog({
      ...setting.audit,
      ...(setting.sinks && { sinks: setting.sinks.map(fileSink) }),
      ...(setting.upstream === null && { fetch: fetchInProcess(inProcess) }),
      baseURL: setting.upstream ?? "http://upstream.invalid/api/v1",
      onProblem: ({ code, message }) => tell({ event: "problem", about: { code, message } }),
    });
    log.on("recovered", (recovery) => tell({ event: "recovered", about: recovery }));
    log.on("gap", (gap) => tell({ event: "gap", about: gap }));
    return log;
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    tell({ event: "unopened", about: { code: error.code, message: error.message } });
    process.exit(3);
  }
}

async function answer(question: Question): Promise<unknown> {
  switch (question.do) {
    case "calls":
      return makeCalls(question.order);
    case "flush":
      return attempted(() => audit.flush({ timeoutMs: question.timeoutMs }));
    case "close":
      return attempted(() => audit.close());
    case "memory":
      return memoryUse();
    case "end":
      setImmediate(() => process.disconnect());
      return null;
  }
}

/** @returns the code of what went wrong, or null */
async function attempted(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

async function makeCalls({
  count,
  concurrency,
  streamEvery = 3,
  told = true,
}: CallOrder): Promise<CallTotals> {
  const totals = { answered: 0, refused: 0, failed: 0 };
  const sentBefore = inProcess.sent;
  let left = count;
  const padding = setting.metadataBytes ? { padding: "x".repeat(setting.metadataBytes) } : {};
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      made += 1;
      const call = `${setting.name}-${made}`;
      const isStream = streamEvery > 0 && made % streamEvery === 0;
      const fetchAs = audit.fetchAs({ userId: `user-${made % 7}`, metadata: { call, ...padding } });
      let how: "answered" | "refused" | "failed" = "answered";
      let code = "";
      try {
        await callUpstream(fetchAs, setting.upstream ?? "http://upstream.invalid/api/v1", call, isStream);
      } catch (error) {
        code = codeOf(error);
        how = code === "failed" ? "failed" : "refused";
      }
      totals[how] += 1;
      if (told) tell({ call, how, code });
      if (how === "answered") meetDeath();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return { ...totals, sent: inProcess.sent - sentBefore };
}

/** In the middle of everything else that goes on. */
function meetDeath(): void {
  answered += 1;
  const { death } = setting;
  if (!death || answered !== death.afterAnswers) return;
  if (death.how === "kill") process.kill(process.pid, "SIGKILL");
  if (death.how === "exit") process.exit(0);
  if (death.how === "end") process.disconnect();
  if (death.how === "throw")
    setImmediate(() => {
      throw new Error("thrown where nobody catches it");
    });
}

async function memoryUse(): Promise<MemoryUse> {
  // What is finalised holds on until its turn has come.
  for (let times = 0; times < 5; times += 1) {
    globalThis.gc?.();
    await wait(10);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof AuditError) return cause.code;
  return "failed";
}

function tell(report: Report): void {
  if (process.connected) process.send?.(report);
}
