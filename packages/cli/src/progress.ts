import type { Output } from "./terminal.ts";

// What is over sooner needs no word.
const patienceMs = 1000;

/** A line that is written over and over while a person waits, and is gone when the work is done. */
export interface Progress {
  report(text: string): void;
  end(): void;
}

/** Progress on a terminal; silence elsewhere. */
export function progressOn(output: Output, begun = Date.now()): Progress {
  let shown = false;
  return {
    report: (text) => {
      if (!output.isTTY || Date.now() - begun < patienceMs) return;
      shown = true;
      output.write(`\r\x1b[K${text}`);
    },
    end: () => {
      if (shown) output.write("\r\x1b[K");
    },
  };
}
