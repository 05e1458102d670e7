import type { Activity } from "./activity.ts";
import { type Generation, groupOfGeneration } from "./generation.ts";
import type { IdAnswer } from "./inquiry.ts";
import { isRefused, type LoggedCall, sumsOf } from "./logged-calls.ts";
import { added, agree, GroupSums, nothing, type Sums } from "./sums.ts";
import { type Counted, setAgainst } from "./unrecorded-calls.ts";

/**
 * The log's account, by the groups that OpenRouter counts in: of calls whose ids were asked, what their records say, and of all
 * others what the log says.
 */
export class Ledger {
  readonly #activity: Activity;
  /** Calls that nobody asked about. */
  readonly #logged = new GroupSums();
  /** Calls whose records were seen. */
  readonly #recorded = new GroupSums();
  /** Calls that the log lacks, and whose ids were known from elsewhere. */
  readonly #elsewhere = new GroupSums();
  /** Calls without a record, and whether one may still come. */
  readonly #unrecorded: { readonly call: LoggedCall; readonly isOpen: boolean }[] = [];
  #placed: PlacedCalls | null = null;
  readonly #asked = new Map<string, LoggedCall>();
  /** Ids that count already. */
  readonly #counted = new Set<string>();

  constructor(activity: Activity) {
    this.#activity = activity;
  }

  /** A call that is taken as the log has it. */
  add(call: LoggedCall): void {
    this.#placed = null;
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
    this.#placed = null;
    for (const key of groups) this.#logged.forget(key);
    for (const call of calls) {
      this.#asked.set(call.entry, call);
      // OpenRouter made and billed it once.
      if (this.#counted.has(call.generationId)) continue;
      this.#counted.add(call.generationId);
      const answer = answers.get(call.generationId)!;
      if (answer.kind === "record")
        this.#recorded.add(this.#keyOfRecord(answer.generation), sumsOf(answer.generation.facts));
      else if (answer.kind !== "unknown" || !isRefused(call))
        this.#unrecorded.push({ call, isOpen: answer.kind !== "unknown" });
    }
  }

  /** A call that the log lacks, and that is named. */
  addFromElsewhere(generation: Generation): void {
    this.#placed = null;
    this.#elsewhere.add(this.#keyOfRecord(generation), sumsOf(generation.facts));
  }

  /** What OpenRouter counts of calls without a record. */
  counted({ entry }: LoggedCall): Counted["kind"] | null {
    return this.#placing().counted.get(entry)?.kind ?? null;
  }

  /** The calls of a group, with those without a record that may be counted in it. */
  sumsOf(key: string): Sums {
    const { sums } = this.#placing();
    return added(this.#known(key), sums.get(key) ?? nothing);
  }

  /** Whether not all is known of the calls in a group: then it is compared by their number alone. */
  isOpen(key: string): boolean {
    return this.#placing().open.has(key);
  }

  #known(key: string): Sums {
    return added(added(this.#logged.of(key), this.#recorded.of(key)), this.#elsewhere.of(key));
  }

  #keyOfRecord(generation: Generation): string {
    return this.#activity.keyOf(groupOfGeneration(generation));
  }

  #placing(): PlacedCalls {
    if (this.#placed) return this.#placed;
    const room = (key: string) => this.#activity.sums.of(key).requests - this.#known(key).requests;
    const calls = this.#unrecorded.map(({ call }) => call);
    const placed = {
      counted: setAgainst(this.#activity, calls, room),
      sums: new Map<string, Sums>(),
      open: new Set<string>(),
    };
    for (const { call, isOpen } of this.#unrecorded) {
      const counted = placed.counted.get(call.entry)!;
      if (counted.kind !== "counted") continue;
      const { key } = counted;
      placed.sums.set(key, added(placed.sums.get(key) ?? nothing, sumsOf(call.facts)));
      const { cost_usd, prompt_tokens, completion_tokens } = call.facts;
      if (isOpen || [cost_usd, prompt_tokens, completion_tokens].includes(null)) placed.open.add(key);
    }
    this.#placed = placed;
    return placed;
  }

  /** All groups of the days that OpenRouter told of. */
  groups(): string[] {
    const { sums, days } = this.#activity;
    const keys = new Set([
      ...sums.keys(),
      ...this.#logged.keys(),
      ...this.#recorded.keys(),
      ...this.#elsewhere.keys(),
    ]);
    return [...keys].filter((key) => days.has((JSON.parse(key) as string[])[0]!)).sort();
  }

  /** Those that differ in a way that asking about more of their calls may explain: not by what nobody knows yet. */
  worthAsking(): string[] {
    const isExplained = (key: string) =>
      this.isOpen(key) && this.sumsOf(key).requests === this.#activity.sums.of(key).requests;
    return this.differing().filter((key) => !isExplained(key));
  }

  /** Those in which the log has all that OpenRouter counts, and no more. */
  agreeing(): string[] {
    const differing = new Set(this.differing());
    return this.groups().filter((key) => !differing.has(key) && this.#elsewhere.of(key).requests === 0);
  }

  differing(): string[] {
    return this.groups().filter((key) => !agree(this.sumsOf(key), this.#activity.sums.of(key)));
  }
}

interface PlacedCalls {
  readonly counted: ReadonlyMap<string, Counted>;
  readonly sums: ReadonlyMap<string, Sums>;
  readonly open: ReadonlySet<string>;
}
