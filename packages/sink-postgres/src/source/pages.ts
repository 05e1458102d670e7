/** How many rows to ask for at once: few at first, so that the first is there at once, then as many as make a few megabytes. */
export class PageSize {
  rows = 64;

  /** A page has come. */
  learn(rows: number, bytes: number): void {
    if (rows === 0) return;
    const fitting = Math.floor(pageBytes / Math.max(1, bytes / rows));
    this.rows = Math.max(1, Math.min(mostRows, this.rows * 8, fitting));
  }
}

const pageBytes = 2 << 20;
const mostRows = 2048;

/**
 * The line, or what stands for one that is longer than any entry (16 MiB, as in files): such a line is never fetched. Its size is
 * known without reading it.
 */
export const lineColumn =
  "case when octet_length(line) <= 16777216 then line else 'a line too long to be an entry' end as line";
