import type { Activity } from "./activity.ts";
import { groupOfGeneration } from "./generation.ts";
import type { IdAnswer } from "./inquiry.ts";
import { type LoggedCall, sumsOf } from "./logged-calls.ts";
import { agree, GroupSums } from "./sums.ts";

/**
 * The log's account, by the groups that OpenRouter counts in: of calls whose ids were asked, what their records say, and of all
 * others what the log says.
 */
export class Ledger {
  readonly #activity: Activity;
  /** Calls that nobody asked about. */
  readonly #logged = new GroupSums();
  /** Calls whose records were seen. */
  #recorded = new GroupSums();
  /** Groups that have calls of which nobody knows yet. */
  readonly #open = new Map<string, number>();
  readonly #asked = new Map<string, LoggedCall>();
  /** Ids that count already. */
  readonly #counted = new Set<string>();

  constructor(activity: Activity) {
    this.#activity = activity;
  }

  /** A call that is taken as the log has it. */
  add(call: LoggedCall): void {
    this.#logged.add(this.#activity.keyOf(call.group), sumsOf(call.facts));
  }

  keyOf(call: LoggedCall): string {
    return this.#activity.keyOf(call.group);
  }

  /** The calls of which the ids were asked, by their entries: an id may stand in more than one. */
  get asked(): ReadonlyMap<string, LoggedCall> {
    return this.#asked;
  }

  /** Calls that were asked about. @param groups those whose calls were all asked, and count no more as the log has them */
  settle(
    calls: readonly LoggedCall[],
    groups: Iterable<string>,
    answers: ReadonlyMap<string, IdAnswer>,
  ): void {
    for (const key of groups) this.#logged.forget(key);
    for (const call of calls) {
      this.#asked.set(call.entry, call);
      // OpenRouter made and billed it once.
      if (this.#counted.has(call.generationId)) continue;
      this.#counted.add(call.generationId);
      const answer = answers.get(call.generationId)!;
      if (answer.kind === "record")
        this.#recorded.add(
          this.#activity.keyOf(groupOfGeneration(answer.generation)),
          sumsOf(answer.generation.facts),
        );
      else if (answer.kind !== "unknown") {
        const key = this.keyOf(call);
        this.#recorded.add(key, sumsOf(call.facts));
        this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
      }
    }
  }

  sumsOf(key: string) {
    const [a, b] = [this.#logged.of(key), this.#recorded.of(key)];
    return {
      requests: a.requests + b.requests,
      prompt_tokens: a.prompt_tokens + b.prompt_tokens,
      completion_tokens: a.completion_tokens + b.completion_tokens,
      cost_usd: a.cost_usd + b.cost_usd,
    };
  }

  isOpen(key: string): boolean {
    return this.#open.has(key);
  }

  /** All groups of the days that OpenRouter told of. */
  groups(): string[] {
    const { sums, days } = this.#activity;
    const keys = new Set([...sums.keys(), ...this.#logged.keys(), ...this.#recorded.keys()]);
    return [...keys].filter((key) => days.has((JSON.parse(key) as string[])[0]!)).sort();
  }

  /** Those that differ in a way that asking about more of their calls may explain: not by what nobody knows yet. */
  worthAsking(): string[] {
    const isExplained = (key: string) =>
      this.isOpen(key) && this.sumsOf(key).requests === this.#activity.sums.of(key).requests;
    return this.differing().filter((key) => !isExplained(key));
  }

  differing(): string[] {
    return this.groups().filter((key) => !agree(this.sumsOf(key), this.#activity.sums.of(key)));
  }
}
