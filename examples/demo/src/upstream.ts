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

/** The real OpenRouter when OPENROUTER_API_KEY is set, else a fake on this machine. */
export async function upstream(): Promise<Upstream> {
  if (process.env.OPENROUTER_API_KEY) {
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
      "They talk to a fake OpenRouter on this machine; set OPENROUTER_API_KEY to use the real one.",
    environment: { OPENROUTER_BASE_URL: fake.url, OPENROUTER_API_KEY: "sk-or-v1-demonstration" },
    isReal: false,
    next: (behaviour) => fake.next(behaviour),
    close: () => fake.close(),
  };
}
