import { setTimeout as pause } from "node:timers/promises";

/** How long something is tried that may pass later. */
export interface Patience {
  /** How often a request is made before it is given up. */
  readonly attempts: number;
  /** The first pause, in milliseconds; it doubles. */
  readonly pauseMs: number;
}

/** Makes a request, and again as long as that may help. @throws the SDK's error when the storage refuses, or goes on being busy */
export async function patiently<T>({ attempts, pauseMs }: Patience, request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      if (attempt >= attempts || !mayPass(error)) throw error;
      // Half of it by chance, so that many do not come back at once.
      await pause(pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

/** Too many requests, a storage that is down, two writers of one key at once, or a connection that broke. */
function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  const { name, syscall } = error as { name?: unknown; syscall?: unknown };
  // Without an answer it is the network, but for what never got that far: no credentials, or a file that cannot be read.
  if (status === undefined)
    return name !== "CredentialsProviderError" && name !== "TypeError" && syscall !== "open";
  // 501: it does not know what it was asked for, and will not learn it.
  const isBusy = status >= 500 && status !== 501;
  return isBusy || status === 429 || status === 409 || name === "RequestTimeout";
}
