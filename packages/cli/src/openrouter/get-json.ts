/** What came of asking OpenRouter something. */
export type Answer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly body: unknown;
      readonly retryAfter: string | null;
    }
  | { readonly kind: "unreachable"; readonly reason: string; readonly code: string | null };

/** How to ask. */
export interface Connection {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/** GET of a path below the base URL. A body that is not JSON is null. Never rejects. */
export async function getJson({ baseURL, apiKey, timeoutMs }: Connection, path: string): Promise<Answer> {
  try {
    const response = await fetch(`${baseURL.replace(/\/+$/, "")}${path}`, {
      headers: { authorization: `Bearer ${apiKey}`, accept: "application/json" },
      // The key is for this host; where a redirect leads is not for us to follow.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    const retryAfter = response.headers.get("retry-after");
    return { kind: "answered", status: response.status, body: parsed(text), retryAfter };
  } catch (error) {
    return { kind: "unreachable", ...reasonOf(error, timeoutMs) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** fetch says only "fetch failed": what happened is in the cause, or in the first of several. */
function reasonOf(error: unknown, timeoutMs: number): { reason: string; code: string | null } {
  const failure = error as Error & { code?: string };
  if (failure.name === "TimeoutError")
    return { reason: `no answer within ${timeoutMs / 1000} s`, code: "TIMEOUT" };
  const cause = (failure.cause ?? failure) as Error & { code?: string; errors?: readonly Error[] };
  const first = (cause.errors?.[0] ?? cause) as Error & { code?: string };
  return { reason: first.message || String(first), code: cause.code ?? first.code ?? null };
}
