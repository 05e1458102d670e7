import { type AuditEntry, type AuditSink, EntriesRejected, type RejectedEntry } from "@openrouter-audit/core";
import { judge } from "./judge-answer.ts";
import { messageOf } from "./message.ts";
import { configOf, type WebhookSinkOptions } from "./options.ts";
import { post } from "./post.ts";

/** A receiver is to take this much: any entry of this library has less. */
const leastLimit = 65_536;

/**
 * Posts batches of entries to a URL, signed with HMAC-SHA256 as Standard Webhooks 1.0.0 says.
 *
 * Resolves when the receiver has answered with a status from 200 to 299, and its answer is whole: what that promises is up
 * to the receiver. Redirects are not followed. Nothing is sent again here: delivery does that, and the same batch has the
 * same `webhook-id`.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function webhookSink(options: WebhookSinkOptions): AuditSink {
  const config = configOf(options);
  /** The largest body that was taken, and the smallest that was too large. */
  let taken = 0;
  let refused = Number.POSITIVE_INFINITY;

  async function send(batch: readonly AuditEntry[], signal: AbortSignal): Promise<readonly RejectedEntry[]> {
    const message = messageOf(batch, config.format);
    if (message.bytes >= refused && batch.length > 1) return sendHalves(batch, signal);
    const answer = await post(message, config, signal);
    if (answer.status === 413) {
      if (batch.length > 1) {
        refused = Math.min(refused, message.bytes);
        return sendHalves(batch, signal);
      }
      // Only by its size: what takes nothing at all, or has taken more, is set up wrong, and will be mended. So is what takes
      // only the smallest: the first that a process sends has a kilobyte.
      if (taken > 0 && message.bytes > Math.max(taken, leastLimit))
        return [{ id: batch[0]!.id, reason: tooLarge(message.bytes, taken) }];
    }
    const rejected = judge(answer, batch, config);
    taken = Math.max(taken, message.bytes);
    return rejected;
  }

  async function sendHalves(
    batch: readonly AuditEntry[],
    signal: AbortSignal,
  ): Promise<readonly RejectedEntry[]> {
    const middle = Math.ceil(batch.length / 2);
    const first = await send(batch.slice(0, middle), signal);
    return [...first, ...(await send(batch.slice(middle), signal))];
  }

  return {
    name: config.name,
    limits: config.limits,
    async write(batch, { signal }) {
      const rejected = await send(batch, signal);
      if (rejected.length > 0) throw new EntriesRejected(rejected);
    },
  };
}

function tooLarge(bytes: number, taken: number): string {
  return `the receiver took a body of ${taken} bytes, and takes none of ${bytes} (413)`;
}
