export { anchorsBeside, type RootSigner } from "@openrouter-audit/core/seal";
export {
  type Anchor,
  AnchorContradiction,
  type AnchorSink,
  type Kept,
} from "./anchor.ts";
export { isAnchorDamage } from "./anchor-damage.ts";
export { anchorDirectory } from "./anchor-directory.ts";
export { type AnchorEveryOptions, type AnchorTimer, anchorEvery } from "./anchor-every.ts";
export {
  type AnchorOptions,
  type AnchorRun,
  anchorJournal,
  type OpenAnchorLog,
  withAnchorLog,
} from "./anchor-journal.ts";
export type { NotedAt, NotedEvent } from "./anchor-writer.ts";
export type { Contradiction } from "./contradictions.ts";
export { type CosignatureVerifier, cosignatureVerifierOf } from "./cosignature.ts";
export type { SinkOutcome } from "./keep-everywhere.ts";
export { type NotedAnchorLog, type NoteOptions, noteInAnchorLog } from "./note-in-anchor-log.ts";
export { readAnchorLog } from "./open-anchor-log.ts";
export { anchorProblemsOf } from "./problems-of.ts";
export { keepLog, otherLog, refuseNewLog, refuseOtherLog } from "./retention-log.ts";
export { type RootKeyOptions, rootKeyFor } from "./root-key.ts";
export { checkpointCopy } from "./sinks/checkpoint-copy.ts";
export { knownHeadsFile } from "./sinks/known-heads-file.ts";
export { type TimeStampOptions, timeStampSink } from "./sinks/time-stamp-sink.ts";
export { type WitnessOptions, witnessSink } from "./sinks/witness-sink.ts";
export type { KeptAnchorLog } from "./with-writer.ts";
export { startWitness, type WitnessServer, type WitnessServerOptions } from "./witness/witness-server.ts";
