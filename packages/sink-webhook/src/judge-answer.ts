import type { AuditEntry, RejectedEntry } from "@openrouter-audit/core";
import type { WebhookConfig } from "./options.ts";
import type { Answer } from "./post.ts";

/**
 * What an answer means for the batch: the entries that the receiver will never take. All others are kept.
 *
 * @throws Error for an answer that is not success: it says what to do
 */
export function judge(
  answer: Answer,
  batch: readonly AuditEntry[],
  { url, hide }: Pick<WebhookConfig, "url" | "hide">,
): readonly RejectedEntry[] {
  const { status } = answer;
  if (status >= 200 && status < 300) return [];
  if (status === 400 || status === 422) {
    const rejected = rejectedIn(answer, batch, hide);
    if (rejected.length > 0) return rejected;
  }
  throw new Error(
    `${url.origin} ${reasonOf(answer)} (${status || "a redirect"})${wordsIn(answer, hide)}.${retryAfter(answer)}`,
  );
}

/** `{ "rejected": [{ "id", "reason" }] }`, as far as it names entries of this batch. */
function rejectedIn(
  { text }: Answer,
  batch: readonly AuditEntry[],
  hide: WebhookConfig["hide"],
): RejectedEntry[] {
  const { rejected } = objectIn(text);
  if (!Array.isArray(rejected)) return [];
  const ids = new Set(batch.map(({ id }) => id));
  return rejected.flatMap((each: { id?: unknown; reason?: unknown } | null) => {
    if (typeof each?.id !== "string" || !ids.has(each.id)) return [];
    const reason = typeof each.reason === "string" ? hide(each.reason) : "the receiver gave no reason";
    return [{ id: each.id, reason }];
  });
}

function reasonOf({ status, headers }: Answer): string {
  if (status >= 500) return "failed";
  if (status >= 300 && status < 400)
    return `redirects${targetOf(headers)}, and redirects are not followed: if that is right, make it the url`;
  return reasons[status] ?? "did not take the batch: success is a status from 200 to 299";
}

const reasons: Readonly<Record<number, string>> = {
  0: "redirects, and redirects are not followed: make where it leads the url",
  400: "does not understand the batch, and names no entry as rejected",
  401: "does not believe the signature: is it the same secret there, the body verified as it came, and the clock right?",
  403: "does not allow it: see to the secret, the headers, and who may send there",
  404: "has nothing there that takes batches: see to the path of url",
  405: "has something there that takes no POST: see to the path of url",
  408: "waited too long for the batch",
  410: "says that it is gone for good: remove this sink, or say where it is now",
  413: "takes no body of this size: allow more there, or set limits",
  415: "does not take application/json: have it do so",
  422: "does not take the batch, and names no entry as rejected",
  429: "asks to be asked less often",
};

/** Without path and query: they may hold a token. */
function targetOf(headers: Headers): string {
  const location = headers.get("location") ?? "";
  return URL.canParse(location) ? ` to ${new URL(location).origin}` : "";
}

/** What the receiver says itself, where it does so as JSON: a page of HTML, or what we sent, helps nobody. */
function wordsIn({ text }: Answer, hide: WebhookConfig["hide"]): string {
  const { error, message, detail, title } = objectIn(text);
  const words = [message, detail, error, title].find((each) => typeof each === "string" && each !== "");
  return words ? `, in its words: ${hide(String(words)).slice(0, 200).replace(/\.$/, "")}` : "";
}

function retryAfter({ headers }: Answer): string {
  const value = headers.get("retry-after") ?? "";
  if (/^\d{1,9}$/.test(value)) return ` It asks to come again in ${value} s.`;
  return /^[A-Za-z0-9,: ]{1,40}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? ` It asks to come again at ${value}.`
    : "";
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
