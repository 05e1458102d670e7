import { setTimeout } from "node:timers/promises";
import { answerParent, settingOfChild } from "./child.ts";
import { type LoadName, loads } from "./loads.ts";
import { openAudit } from "./open-audit.ts";

/** What a process that moves one large body is started with. */
export interface MemorySetting {
  readonly load: LoadName;
  readonly server: string;
  /** The directory of the journal; null for bare calls. */
  readonly journal: string | null;
}

const sampleMs = 2;
const warmUpBytes = 1 << 20;

const { load, server, journal } = settingOfChild<MemorySetting>();
const audit = journal === null ? null : openAudit(journal, server);
const fetch = audit?.fetch ?? globalThis.fetch;

answerParent(
  ({ bytes }: { bytes: number }) => growthOf(bytes),
  () => audit?.close(),
);

/** How far the resident memory grows above what it was when the body was already there, in bytes. */
async function growthOf(bytes: number): Promise<{ growth: number }> {
  await loads[load](server, warmUpBytes)(fetch);
  const move = loads[load](server, bytes);
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
    await setTimeout(50);
  }
  const before = process.memoryUsage.rss();
  let peak = before;
  const sample = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const sampling = setInterval(sample, sampleMs);
  await move(fetch);
  sample();
  clearInterval(sampling);
  return { growth: peak - before };
}
