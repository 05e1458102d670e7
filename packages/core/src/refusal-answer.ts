import { AuditError } from "./audit-error.ts";
import type { Fetch } from "./fetch.ts";

const refusals = new WeakMap<Headers, AuditError>();

/**
 * A fetch for `openai`, which repeats a call when its fetch throws and hides the reason: what this log refuses becomes an
 * answer that is not repeated. The client throws the error itself when it takes it from {@link refusalIn}.
 */
export function answeringRefusals(fetch: Fetch): Fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      if (error instanceof AuditError) return refusalAnswer(error);
      throw error;
    }
  };
}

/** The error that an answer with these headers stands for. */
export function refusalIn(headers: Headers): AuditError | undefined {
  return refusals.get(headers);
}

function refusalAnswer(error: AuditError): Response {
  const { code, message } = error;
  const response = new Response(JSON.stringify({ error: { code, message } }), {
    status: code === "CALL_REFUSED" ? 403 : 503,
    headers: { "content-type": "application/json", "x-should-retry": "false" },
  });
  refusals.set(response.headers, error);
  return response;
}
