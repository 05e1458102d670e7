import { isErrored } from "node:stream";
import type { BodyObserver } from "./body-observer.ts";

/**
 * Cancels a body, and lets its observer know before it happens: cancelling makes a pending read look like an ordinary end.
 * A body that has failed already cannot be cancelled: it answers with its failure.
 *
 * @param observer null when it is somebody else's to tell
 */
export async function cancelled(
  body: ReadableStream,
  observer: BodyObserver | null,
  cancel: () => Promise<void>,
): Promise<void> {
  // Its types know Node's own streams only.
  const hasFailed = isErrored(body as never);
  const ended = hasFailed ? undefined : observer?.ended("cancel").catch(() => undefined);
  try {
    await cancel();
  } catch (error) {
    if (hasFailed) await observer?.ended("error", error).catch(() => undefined);
    throw error;
  } finally {
    await ended;
  }
}
