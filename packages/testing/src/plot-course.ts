import type { Interruption, Transport } from "./behaviour.ts";
import { cutAt } from "./cut-pieces.ts";

/** What is sent of an answer, and how it ends then. */
export interface Course {
  readonly sendsHeaders: boolean;
  readonly pieces: readonly Uint8Array[];
  readonly ending: "finished" | "reset" | "stalled";
}

/**
 * Works out where an answer breaks off. An interruption after the last byte keeps the whole body and leaves out its end;
 * one that lies further on never happens. Of two interruptions the earlier one counts.
 */
export function plotCourse(pieces: readonly Uint8Array[], { reset, stall }: Transport): Course {
  const resetCourse = interrupted(pieces, reset, "reset");
  const stallCourse = interrupted(pieces, stall, "stalled");
  if (!resetCourse || !stallCourse)
    return resetCourse ?? stallCourse ?? { sendsHeaders: true, pieces, ending: "finished" };
  return bytesOf(stallCourse) < bytesOf(resetCourse) ? stallCourse : resetCourse;
}

function interrupted(
  pieces: readonly Uint8Array[],
  where: Interruption | undefined,
  ending: "reset" | "stalled",
): Course | undefined {
  if (where === undefined) return undefined;
  if (where === "before_headers") return { sendsHeaders: false, pieces: [], ending };
  if ("afterChunks" in where) {
    if (where.afterChunks > pieces.length) return undefined;
    return { sendsHeaders: true, pieces: pieces.slice(0, where.afterChunks), ending };
  }

  const kept: Uint8Array[] = [];
  let left = where.afterBytes;
  for (const piece of cutAt(pieces, where.afterBytes)) {
    if (left <= 0) break;
    kept.push(piece);
    left -= piece.length;
  }
  return left > 0 ? undefined : { sendsHeaders: true, pieces: kept, ending };
}

function bytesOf({ sendsHeaders, pieces }: Course): number {
  return sendsHeaders ? pieces.reduce((sum, piece) => sum + piece.length, 0) : -1;
}
