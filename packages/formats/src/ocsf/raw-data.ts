import type { Fields } from "../fields.ts";
import { lineIn } from "../line-in.ts";

/** The exact line, to be verified again: `raw_data` and an LF are a line of a journal. */
export const rawData: Fields = {
  raw_data: lineIn,
  raw_data_size: (entry) => {
    const line = lineIn(entry);
    return line === undefined ? undefined : Buffer.byteLength(line);
  },
};
