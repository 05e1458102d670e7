import type { Placed } from "./as-written.ts";
import type { Asking, LineRow } from "./asking.ts";
import { behindSql, keySql, type Order, type OrderKey, orderSql } from "./order.ts";
import { placeOf } from "./place.ts";

/** A wanted entry, and where it stands in the order that was asked for. */
export interface Sorted extends Placed {
  readonly key: OrderKey;
}

interface SortedRow extends LineRow, OrderKey {
  readonly noticed: boolean;
}

export interface SortedOptions {
  readonly order: Order;
  /** Only what comes behind this. */
  readonly behind: OrderKey | null;
  /** Whether to tell what is to be told of these days. */
  readonly tells: boolean;
}

/** The wanted entries of some days, sorted by the engine: all of them. */
export async function* allSorted(
  asking: Asking,
  days: readonly string[],
  options: SortedOptions,
): AsyncGenerator<Sorted> {
  for await (const row of asking.ask<SortedRow>(selectOf(asking, days, options, ""))) {
    const found = foundIn(asking, row);
    if (found) yield found;
  }
}

/** A part of them, and where to go on; null when that was the end. */
export interface SortedPart {
  readonly found: readonly Sorted[];
  readonly last: OrderKey | null;
}

/** The first of them: so many rows are asked for, of which not all need be wanted. */
export async function firstSorted(
  asking: Asking,
  days: readonly string[],
  options: SortedOptions,
  count: number,
): Promise<SortedPart> {
  const rows: SortedRow[] = [];
  for await (const row of asking.ask<SortedRow>(selectOf(asking, days, options, ` limit ${count}`)))
    rows.push(row);
  // More to tell than there was room for.
  if (rows.length === count && rows.at(-1)!.noticed) {
    await tellAll(asking, days);
    return firstSorted(asking, days, { ...options, tells: false }, count);
  }
  const found = rows.flatMap((row) => foundIn(asking, row) ?? []);
  return { found, last: rows.length === count ? keyOf(rows.at(-1)!) : null };
}

async function tellAll(asking: Asking, days: readonly string[]): Promise<void> {
  const rows = asking.askAll<LineRow>(
    `select case when id is not null then line end as line, file, cast(day as varchar) as day, id is null as broken
from ${asking.table.relation(days)} as entries where ${asking.noticed}`,
  );
  for await (const row of rows) asking.entryIn(row);
}

function selectOf(
  asking: Asking,
  days: readonly string[],
  { order, behind, tells }: SortedOptions,
  limit: string,
) {
  return (wanted: string, values: Parameters<typeof behindSql>[2]) => {
    const isWanted = behind ? `(${wanted}) and ${behindSql(order, behind, values)}` : wanted;
    const noticed = tells ? asking.noticed : null;
    // What is told comes first: it has no place in the order, and a limit would hide it.
    const isNoticed = noticed ? `((${noticed}) and not coalesce(${isWanted}, false))` : "false";
    return `select line, file, id is null as broken, ${isNoticed} as noticed, ${keySql(order)} from ${asking.table.relation(days)} as entries
where (${isWanted})${noticed ? ` or ${noticed}` : ""} order by ${noticed ? "noticed desc, " : ""}${orderSql(order)}${limit}`;
  };
}

function foundIn(asking: Asking, row: SortedRow): Sorted | null {
  const entry = asking.entryIn(row);
  // A gap that is told may be wanted too: then it has its place.
  if (!entry || row.noticed) return null;
  return { entry, place: placeOf(entry, row.day), key: keyOf(row) };
}

function keyOf({ value, day, recorded, log, seq, id }: SortedRow): OrderKey {
  return { value, day, recorded, log, seq, id };
}
