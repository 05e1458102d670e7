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
/** Behind so many bytes a page ends, also where lines are suddenly much longer than those before: it is held in memory. */
const mostBytes = 4 << 20;

/** What a page has of each row besides. */
export interface PagedRow {
  /** Of the line, in the table. */
  readonly bytes: number;
}

/** What to select, from where, and how many rows at most. */
export interface PageQuery {
  readonly columns: string;
  readonly from: string;
  /** The columns by which the rows are ordered, all of them one way. */
  readonly order: readonly string[];
  readonly isBackwards?: boolean;
  readonly rows: number;
}

/** The rows of a page: as many as are asked for, and fewer where their lines are long. */
export function pageSql({ columns, from, order, isBackwards = false, rows }: PageQuery): string {
  const by = (prefix: string) =>
    order.map((name) => `${prefix}${name}${isBackwards ? " desc" : ""}`).join(", ");
  // The limit stands within, where it spares the sorting of what it leaves out.
  return `
select * from (
  select page.*, sum(bytes) over (order by ${by("by_")} rows unbounded preceding) - bytes as before from (
    select ${columns}, octet_length(e.line) as bytes, ${order.map((name) => `e.${name} as by_${name}`).join(", ")}
    from ${from} order by ${by("e.")} limit ${rows}
  ) as page
) as page where before < ${mostBytes} order by ${by("by_")}`;
}

/** Whether nothing comes after a page for which so many rows were asked. */
export function isLastPage(page: readonly PagedRow[], asked: number): boolean {
  return page.length < asked && page.reduce((sum, { bytes }) => sum + bytes, 0) < mostBytes;
}

/**
 * The line, or what stands for one that is longer than any entry (16 MiB, as in files): such a line is never fetched. Its size is
 * known without reading it.
 */
export const lineColumn =
  "case when octet_length(line) <= 16777216 then line else 'a line too long to be an entry' end as line";
