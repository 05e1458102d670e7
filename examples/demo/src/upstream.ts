import { type Behaviour, startFakeOpenRouter } from "@openrouter-audit/testing";
import colors from "picocolors";

/** The OpenRouter the demonstration talks to. */
export interface Upstream {
  readonly description: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly isReal: boolean;
  /** Makes the next answer of a fake one go wrong, or take long; a real one does as it likes. */
  next(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** A fake on this machine; the real OpenRouter only for who asked for it, because it takes money. */
export async function upstream({ isLive }: { readonly isLive: boolean }): Promise<Upstream> {
  if (isLive) {
    return {
      description: `They talk to OpenRouter itself, with ${colors.bold("your OPENROUTER_API_KEY")}: this costs a few cents at most.`,
      environment: {},
      isReal: true,
      next: () => undefined,
      close: async () => undefined,
    };
  }
  const fake = await startFakeOpenRouter({ script: () => ({ latencyMs: 60, chunkDelayMs: 8 }) });
  return {
    description:
      "They talk to a fake OpenRouter on this machine, whatever key is set; with --live to the real one.",
    environment: { OPENROUTER_BASE_URL: fake.url, OPENROUTER_API_KEY: "sk-or-v1-demonstration" },
    isReal: false,
    next: (behaviour) => fake.next(behaviour),
    close: () => fake.close(),
  };
}
