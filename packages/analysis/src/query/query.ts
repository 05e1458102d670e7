import type { AuditEntry } from "@openrouter-audit/core";
import type { EntryTable } from "../entries/entry-table.ts";
import { entriesOf } from "../entries/open-entries.ts";
import type { EntryFilter } from "../filter/entry-filter.ts";
import { cursorOf } from "./cursor.ts";
import { checkQueryOptions, type QueryOptions } from "./query-options.ts";
import { Search } from "./search.ts";
import type { Sorted } from "./sorted.ts";

/** One page of a search, and where the next begins. */
export interface Page {
  readonly entries: readonly AuditEntry[];
  /** Null when there are no more. */
  readonly next: string | null;
}

const usualPage = 100;

/**
 * The entries that match, as they are found: the first at once, each `id` once, of a call that was taken for ended and has its real
 * end as well, the real one. Entries are made from the lines; nothing is verified here.
 *
 * In the order of `recorded_at`, and of the same time by log and `seq`, a day is read when the one before was taken; with
 * `-recorded_at` from the newest backwards. Any other order, and a day to which processes wrote files of their own, is sorted by the engine.
 *
 * @param source an opened table, or a place as `openEntries` takes it
 * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`; the signal's reason
 */
export async function* query(
  source: EntryTable | string,
  filter: EntryFilter = {},
  options: QueryOptions = {},
): AsyncGenerator<AuditEntry> {
  checkQueryOptions("query", options, 0);
  const { limit } = options;
  const opened = await entriesOf(source);
  try {
    const search = new Search(opened.table, filter, options);
    if (limit === undefined) for await (const { entry } of search.all()) yield entry;
    else for await (const { entry } of firstOf(search, limit)) yield entry;
  } finally {
    await opened.close();
  }
}

/**
 * One page of the entries that match, 100 unless `limit` says otherwise, and the cursor of the next. A cursor is a place in the order: what
 * is recorded meanwhile moves nothing.
 *
 * @throws AuditError as {@link query} does; `INVALID_OPTIONS` also for a cursor of another order, or one that nobody gave out
 */
export async function queryPage(
  source: EntryTable | string,
  filter: EntryFilter = {},
  options: QueryOptions = {},
): Promise<Page> {
  checkQueryOptions("queryPage", options, 1);
  const { limit = usualPage } = options;
  const opened = await entriesOf(source);
  try {
    const search = new Search(opened.table, filter, options);
    const found: Sorted[] = [];
    let next: string | null = null;
    for await (const one of firstOf(search, limit + 1)) {
      if (found.length < limit) found.push(one);
      else next = cursorOf(search.order, found.at(-1)!.key);
    }
    return { entries: found.map(({ entry }) => entry), next };
  } finally {
    await opened.close();
  }
}

async function* firstOf(search: Search, count: number): AsyncGenerator<Sorted> {
  let given = 0;
  if (count === 0) return;
  for await (const one of search.some(count)) {
    yield one;
    given += 1;
    if (given === count) return;
  }
}
