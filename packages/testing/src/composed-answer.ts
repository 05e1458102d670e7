import type { ComposedCompletion } from "./compose-completion.ts";
import type { Usage } from "./usage.ts";

/** One answer before it takes a wire form: what every form of it, whole or streamed, has in common. */
export interface ComposedAnswer {
  /** The generation id, `gen-...`. */
  readonly id: string;
  readonly createdSeconds: number;
  readonly provider: string;
  readonly model: string;
  readonly completion: ComposedCompletion;
  /** Whether the request wanted to see the reasoning, which is paid for either way. */
  readonly showReasoning: boolean;
  /** `null` when the answer shall not tell. */
  readonly usage: Usage | null;
  readonly routerMetadata?: unknown;
  /** The body of the request, parts of which some forms repeat. */
  readonly asked: unknown;
}

/** The id that a body has in place of the generation id: the same digits after another prefix, e.g. `resp_`. */
export function bodyId(prefix: string, { id }: ComposedAnswer): string {
  return id.replace(/^gen-/, `${prefix}_`);
}
