import { bytes } from "./counted-rows.ts";
import { type Call, dollars, measuresOf, total } from "./measures-oracle.ts";

/*
 * What docs/reports.md says of breakdowns, computed the long way. Nothing of the product is used, nothing is fast.
 */

type Key = readonly (string | null)[];

export function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => Key): [Key, Item[]][] {
  const groups = new Map<string, [Key, Item[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(JSON.stringify(key)) ?? [key, []];
    group[1].push(item);
    groups.set(JSON.stringify(key), group);
  }
  return [...groups.values()].sort(mostFirst);
}

export function mostFirst([a, its]: [Key, unknown[]], [b, others]: [Key, unknown[]]): number {
  if (its.length !== others.length) return others.length - its.length;
  const differing = a.findIndex((part, index) => part !== b[index]);
  const [one, other] = [a[differing] ?? null, b[differing] ?? null];
  return one === null || other === null ? Number(one === null) - Number(other === null) : bytes(one, other);
}

export function earliestFirst([[a]]: [Key, unknown[]], [[b]]: [Key, unknown[]]): number {
  return bytes(a!, b!);
}

export function breakdown(
  calls: readonly Call[],
  keyOf: (call: Call) => string | null,
  order: typeof mostFirst,
): object {
  const groups = grouped(calls, (call) => [keyOf(call)]).sort(order);
  const [listed, others] = order === mostFirst ? [groups.slice(0, 1000), groups.slice(1000)] : [groups, []];
  return {
    groups: groups.length,
    rows: listed.map(([[key], its]) => ({ key, ...measuresOf(its) })),
    others:
      others.length === 0
        ? null
        : {
            groups: others.length,
            calls: total(others.map(([, its]) => its.length)),
            cost_usd: dollars(others.flatMap(([, its]) => its.map(({ cost }) => cost))),
          },
  };
}
