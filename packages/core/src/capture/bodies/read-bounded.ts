import { passOn } from "./pass-on.ts";

const most = { bytes: 64 * 1024, ms: 1_000 } as const;

/** The beginning of a body, and all of it again when it did not end within bounds. */
export interface BoundedBody {
  readonly bytes: Buffer<ArrayBuffer>;
  /** Null when `bytes` is the whole body. */
  readonly rest: ReadableStream | null;
}

/**
 * Reads the body of an error before the caller gets it: clients throw such bodies away unread, and with them the
 * reason. At most 64 KiB and one second; what is not there by then passes through unread.
 */
export async function readBounded(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<BoundedBody> {
  const early: ReturnType<typeof reader.read>[] = [];
  let reader!: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  let hasBroken = false;
  const rest = passOn(body, () => {
    reader = body.getReader();
    return {
      read: () => early.shift() ?? reader.read(),
      // Who cancels has not met the failure: clients do so before they repeat a call, and give up when that fails.
      cancel: (reason) => (hasBroken ? Promise.resolve() : reader.cancel(reason)),
    };
  });
  const chunks: Uint8Array[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, most.ms, null).unref();
  });
  let size = 0;
  try {
    while (size < most.bytes) {
      const next = reader.read();
      early.push(next);
      const read = await Promise.race([next, late]);
      if (read === null) break;
      if (read.done) return { bytes: Buffer.concat(chunks), rest: null };
      chunks.push(read.value);
      size += read.value.length;
    }
  } catch {
    hasBroken = true;
    // The body broke off. The caller meets the same failure at the same place, if it reads that far.
  } finally {
    clearTimeout(timer);
  }
  return { bytes: Buffer.concat(chunks), rest };
}
