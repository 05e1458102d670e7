import { hostname } from "node:os";
import type { JsonObject } from "../entry/entry.ts";
import type { Guarantee } from "../guarantee/recording.ts";
import { sealVersion } from "../seal/seal-version.ts";
import { thisProcess } from "./process-identity.ts";

// What a log says of itself, wherever it is kept. See docs/seal.md, "Opening, links and heartbeats".

/**
 * After so many entries, or when its file has so much more, whoever wrote that, a log says its key again, so that it can be
 * checked from many places on. Of bytes a quarter of what a later log reads of the end of a file.
 */
export const mostWithoutKey = { entries: 500, bytes: 2 << 20 } as const;

/** What it promises, and which process does: said when it opens, and by each heartbeat. */
export function termsOf(guarantee: Guarantee, heartbeatMs: number): JsonObject {
  return { guarantee, heartbeat_ms: heartbeatMs, process: { ...thisProcess() } };
}

/** What wrote it: said when it opens. */
export function writerOf(library: JsonObject): JsonObject {
  return { seal: sealVersion, library, node: process.version, host: hostname(), pid: process.pid };
}
