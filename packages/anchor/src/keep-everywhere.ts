import { type Anchor, AnchorContradiction, type AnchorSink, type Kept } from "./anchor.ts";

/** What became of an anchor in one sink. */
export interface SinkOutcome {
  readonly sink: string;
  /** `had`: it had this anchor already. `contradicted`: it knows another, or a longer, anchor log. */
  readonly outcome: "kept" | "had" | "failed" | "contradicted";
  readonly kept: Kept | null;
  /** Why not. */
  readonly message: string | null;
}

/** Gives an anchor to every sink. One that fails keeps no other from it. */
export async function keepEverywhere(anchor: Anchor, sinks: readonly AnchorSink[]): Promise<SinkOutcome[]> {
  const outcomes: SinkOutcome[] = [];
  for (const sink of sinks) outcomes.push(await keep(anchor, sink));
  return outcomes;
}

async function keep(anchor: Anchor, one: AnchorSink): Promise<SinkOutcome> {
  const sink = one.name;
  try {
    const kept = await one.keep(anchor);
    return { sink, outcome: kept ? "kept" : "had", kept, message: null };
  } catch (cause) {
    const outcome = cause instanceof AnchorContradiction ? "contradicted" : "failed";
    return { sink, outcome, kept: null, message: cause instanceof Error ? cause.message : String(cause) };
  }
}
