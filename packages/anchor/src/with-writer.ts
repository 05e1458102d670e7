import { existsSync, readFileSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { AuditError, type ServiceFacts, trustedKeys } from "@openrouter-audit/core";
import { anchorFile, type LogHead, lockDirectory, type RootSigner } from "@openrouter-audit/core/seal";
import type { AnchorSink } from "./anchor.ts";
import { AnchorWriter, type FoundAnchorLog, unwritable } from "./anchor-writer.ts";
import { keepEverywhere, type SinkOutcome } from "./keep-everywhere.ts";
import { library } from "./library.ts";
import { makeDirectory } from "./make-directory.ts";
import { openAnchorLog } from "./open-anchor-log.ts";
import { publishedAnchor } from "./published-anchor.ts";

export interface WriterOptions {
  /** Where notes are that tie root keys to each other, and perhaps the public key: the journal. */
  readonly directory: string;
  readonly anchors: string;
  readonly root: RootSigner;
  readonly sinks?: readonly AnchorSink[];
}

/** An anchor log that is held and verified, before anything is written. */
export interface HeldAnchorLog {
  readonly writer: AnchorWriter;
  readonly found: FoundAnchorLog;
  /** The root vkeys that are trusted. */
  readonly rootKeys: readonly string[];
}

/** The anchor log afterwards. */
export interface KeptAnchorLog {
  /** Where the anchor log is kept. */
  readonly anchors: string;
  /** The vkey of the anchor log: what a witness needs. */
  readonly vkey: string;
  /** The anchor log as it is now. */
  readonly head: LogHead;
  readonly checkpoint: string;
  /** How many entries were written to it. */
  readonly written: number;
  /** What became of the anchor in each sink. */
  readonly sinks: readonly SinkOutcome[];
}

/**
 * Locks an anchor log and verifies it, lets it be written to, and publishes what it is then.
 *
 * @throws AuditError `ANCHOR_DAMAGED`; `JOURNAL_ALREADY_OPEN` when another process is at it; `KEY_MISMATCH`; `JOURNAL_UNWRITABLE`
 */
export async function withWriter<T>(
  { directory, anchors: wanted, root, sinks = [] }: WriterOptions,
  work: (log: HeldAnchorLog) => Promise<T>,
): Promise<KeptAnchorLog & { readonly result: T }> {
  // Where there is none yet, none is left behind that is empty.
  if (wanted !== "" && !existsSync(join(wanted, anchorFile)))
    refuseOtherKey(directory, root, trustedIn(directory, root.vkey));
  const anchors = takeAnchors(wanted);
  const release = lock(anchors);
  try {
    const rootKeys = trustedIn(directory, root.vkey);
    const found = await openAnchorLog(anchors, rootKeys);
    refuseOtherKey(directory, root, rootKeys);
    const writer = new AnchorWriter(found, root, service());
    const before = writer.leafHashes.length;
    const result = await work({ writer, found, rootKeys });
    const { head, checkpoint, ...anchor } = publishedAnchor(anchors, writer, rootKeys);
    const outcomes = await keepEverywhere({ head, checkpoint, ...anchor }, sinks);
    const written = writer.leafHashes.length - before;
    return { anchors, vkey: head.log_key, head, checkpoint, written, sinks: outcomes, result };
  } finally {
    release();
  }
}

/** @throws AuditError `JOURNAL_UNWRITABLE`; `INVALID_OPTIONS` for no name: of a variable that is not set, it would be wherever one is */
function takeAnchors(directory: string): string {
  if (directory === "")
    throw new AuditError(
      "INVALID_OPTIONS",
      "The directory of the anchor log has no name: is a variable not set?",
    );
  try {
    makeDirectory(resolve(directory));
    return realpathSync(directory);
  } catch (cause) {
    throw unwritable(directory, cause);
  }
}

function lock(anchors: string): () => void {
  try {
    return lockDirectory(anchors);
  } catch (cause) {
    throw "syscall" in (cause as object) ? unwritable(anchors, cause) : cause;
  }
}

/** The root key, and those it took over from: they go on verifying what they signed. Not keys that took over from it. */
function trustedIn(directory: string, vkey: string): string[] {
  const { keys } = existsSync(directory)
    ? trustedKeys(directory, vkey, { successors: false })
    : { keys: [{ vkey }] };
  return keys.map((key) => key.vkey);
}

/** @throws AuditError `KEY_MISMATCH` */
function refuseOtherKey(directory: string, root: RootSigner, rootKeys: readonly string[]): void {
  const path = join(directory, "public-key");
  const own = existsSync(path) ? readFileSync(path, "utf8").trim() : null;
  if (own === null || rootKeys.includes(own)) return;
  throw new AuditError(
    "KEY_MISMATCH",
    `The journal in ${directory} belongs to the key ${own}, and the root key given is ${root.vkey}: another secret, ` +
      "another name, or a key that was rotated since. Nothing was anchored.",
  );
}

function service(): ServiceFacts {
  const { name, version } = library;
  return { name, version, instance: `${hostname()}/${process.pid}` };
}
