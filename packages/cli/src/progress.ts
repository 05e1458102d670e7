import type { Output } from "./command-io.ts";
import { bytesInWords, duration, many } from "./format/amounts.ts";

// What is over sooner needs no word.
const patienceMs = 1000;
const redrawMs = 100;
const barWidth = 24;

/** A bar that is drawn over and over while a person waits, and is gone when the work is done. */
export interface Progress {
  /** How much of all is done. */
  report(done: { readonly bytes: number; readonly totalBytes: number }): void;
  end(): void;
}

/** Progress on a terminal; silence elsewhere. */
export function progressOn(output: Output, doing: string, clock: () => number = Date.now): Progress {
  const drawing = drawingOn(output, doing, clock);
  return {
    report: (done) => drawing.draw((elapsedMs) => progressText(done, elapsedMs)),
    end: drawing.end,
  };
}

/** The same of a search, which reads day after day. */
export function daysProgressOn(output: Output, doing: string, clock: () => number = Date.now) {
  const drawing = drawingOn(output, doing, clock);
  return {
    report: ({ days, totalDays }: { readonly days: number; readonly totalDays: number }) =>
      drawing.draw(() => `${barOf(days / Math.max(1, totalDays))}  ${days} of ${many(totalDays, "day")}`),
    end: drawing.end,
  };
}

/** The same of things that are done one after the other. */
export function stepsProgressOn(output: Output, doing: string, clock: () => number = Date.now) {
  const drawing = drawingOn(output, doing, clock);
  return {
    report: ({ done, of }: { readonly done: number; readonly of: number }) =>
      drawing.draw((elapsedMs) => {
        const left = done > 0 ? duration((elapsedMs * (of - done)) / done) : "some time";
        return `${barOf(done / Math.max(1, of))}  ${done} of ${of}, ${left} left`;
      }),
    end: drawing.end,
  };
}

function drawingOn(output: Output, doing: string, clock: () => number) {
  const begun = clock();
  let drawn = 0;
  return {
    draw: (text: (elapsedMs: number) => string) => {
      const now = clock();
      if (!output.isTTY || now - begun < patienceMs || now - drawn < redrawMs) return;
      drawn = now;
      output.write(`\r\x1b[K${doing} ${text(now - begun)}`);
    },
    end: () => {
      if (drawn > 0) output.write("\r\x1b[K");
      drawn = 0;
    },
  };
}

/** Work in several phases. */
export interface Phases {
  report(done: { readonly doing: string; readonly bytes: number; readonly totalBytes: number }): void;
  end(): void;
}

/** A bar for each phase, in the place of the one before. */
export function phasesOn(output: Output, clock: () => number = Date.now): Phases {
  let phase: { readonly doing: string; readonly bar: Progress } | null = null;
  return {
    report: ({ doing, ...done }) => {
      if (phase?.doing !== doing) {
        phase?.bar.end();
        phase = { doing, bar: progressOn(output, doing, clock) };
      }
      phase.bar.report(done);
    },
    end: () => phase?.bar.end(),
  };
}

/** `██████░░░░░░░░░░░░░░░░░░ 25 %  512 MiB of 2.0 GiB, 12.0 s left` */
export function progressText(
  { bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number },
  elapsedMs: number,
): string {
  // Files that grow meanwhile are read to their new end.
  const part = Math.min(1, totalBytes > 0 ? bytes / totalBytes : 1);
  const left = part > 0 ? duration((elapsedMs * (1 - part)) / part) : "some time";
  const extent = `${bytesInWords(bytes)} of ${bytesInWords(Math.max(bytes, totalBytes))}`;
  return `${barOf(part)}  ${extent}, ${left} left`;
}

function barOf(part: number): string {
  const full = Math.floor(part * barWidth);
  return `${"█".repeat(full)}${"░".repeat(barWidth - full)} ${Math.floor(part * 100)} %`;
}
