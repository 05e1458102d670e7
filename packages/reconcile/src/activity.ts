import { numberOf, textOf } from "./generation.ts";
import { type Group, GroupSums, keyOf, type Sums } from "./sums.ts";

/** A row of `GET /activity`, as far as it is compared. */
export interface ActivityRow extends Sums {
  readonly model: string | null;
  readonly slug: string | null;
  readonly provider: string | null;
}

/** Reads the `data` of an answer; null when it is no list of rows, or a row has no numbers: nobody counts by half. */
export function activityRowsOf(data: unknown, day: string): readonly ActivityRow[] | null {
  if (!Array.isArray(data)) return null;
  const rows = data as readonly Record<string, unknown>[];
  // A server that does not know `date` answers with all days.
  const ofDay = rows.filter((row) => textOf(row?.date)?.slice(0, 10) === day);
  const read = ofDay.map(rowIn);
  return read.every((row) => row !== null) ? read : null;
}

function rowIn(row: Record<string, unknown>): ActivityRow | null {
  const [requests, prompt_tokens, completion_tokens, cost_usd] = [
    numberOf(row.requests),
    numberOf(row.prompt_tokens ?? 0),
    numberOf(row.completion_tokens ?? 0),
    numberOf(row.usage),
  ];
  if (requests === null || prompt_tokens === null || completion_tokens === null || cost_usd === null)
    return null;
  const [model, slug, provider] = [row.model, row.model_permaslug, row.provider_name].map(textOf);
  return {
    model: model ?? null,
    slug: slug ?? null,
    provider: provider ?? null,
    requests,
    prompt_tokens,
    completion_tokens,
    cost_usd,
  };
}

/** OpenRouter's sums, of the days that it was asked for. */
export class Activity {
  readonly days = new Set<string>();
  readonly sums = new GroupSums();
  /** Another name of a model leads to the group of that model. */
  readonly #aliases = new Map<string, string>();
  readonly #keys = new Map<string, string[]>();

  add(day: string, rows: readonly ActivityRow[]): void {
    this.days.add(day);
    const keys = new Set<string>();
    for (const { model, slug, provider, ...sums } of rows) {
      const key = keyOf({ day, model, provider });
      this.sums.add(key, sums);
      keys.add(key);
      if (slug !== null) this.#aliases.set(keyOf({ day, model: slug, provider }), key);
    }
    this.#keys.set(day, [...keys]);
  }

  /** The groups of a day. */
  keysOf(day: string): readonly string[] {
    return this.#keys.get(day) ?? [];
  }

  /** Whether two names are of one model of a provider, by what was counted on a day. */
  isSameModel(a: Group, b: Group): boolean {
    return this.keyOf(a) === this.keyOf(b);
  }

  /** The key of the group that a call counts in. */
  keyOf(group: Group): string {
    const key = keyOf(group);
    return this.sums.of(key).requests > 0 ? key : (this.#aliases.get(key) ?? key);
  }
}
