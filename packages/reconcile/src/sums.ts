/** Calls that are counted together: of one UTC day, one model and one provider. */
export interface Group {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly model: string | null;
  readonly provider: string | null;
}

export interface Sums {
  readonly requests: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  /** US dollars. */
  readonly cost_usd: number;
}

export const nothing: Sums = { requests: 0, prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 };

export function added(a: Sums, b: Sums, sign: 1 | -1 = 1): Sums {
  return {
    requests: a.requests + sign * b.requests,
    prompt_tokens: a.prompt_tokens + sign * b.prompt_tokens,
    completion_tokens: a.completion_tokens + sign * b.completion_tokens,
    cost_usd: a.cost_usd + sign * b.cost_usd,
  };
}

/** Two costs of one call: less is the noise of doubles. */
export const sameCost = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9;

/** Two sums of costs: doubles are added up on both sides. docs/reconcile.md, "In which order", 3. */
export const sameCosts = (a: Sums, b: Sums): boolean =>
  Math.abs(a.cost_usd - b.cost_usd) <= 1e-9 + 1e-10 * Math.max(a.requests, b.requests);

export const sameTokens = (a: Sums, b: Sums): boolean =>
  a.prompt_tokens === b.prompt_tokens && a.completion_tokens === b.completion_tokens;

export const agree = (a: Sums, b: Sums): boolean =>
  a.requests === b.requests && sameTokens(a, b) && sameCosts(a, b);

export const keyOf = ({ day, model, provider }: Group): string => JSON.stringify([day, model, provider]);

export function groupOf(key: string): Group {
  const [day, model, provider] = JSON.parse(key) as [string, string | null, string | null];
  return { day, model, provider };
}

/** Sums by group. */
export class GroupSums {
  readonly #sums = new Map<string, Sums>();

  add(key: string, sums: Sums): void {
    this.#sums.set(key, added(this.of(key), sums));
  }

  of(key: string): Sums {
    return this.#sums.get(key) ?? nothing;
  }

  forget(key: string): void {
    this.#sums.delete(key);
  }

  keys(): Iterable<string> {
    return this.#sums.keys();
  }
}
