const most = { bytes: 64 * 1024, ms: 1_000 } as const;

type BodyRead = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;

/** The beginning of a body, and the rest of it when it did not end within bounds. */
export interface BoundedBody {
  readonly bytes: Buffer;
  /** Null when `bytes` is the whole body. */
  readonly rest: ReadableStream<Uint8Array> | null;
}

/**
 * Reads the body of an error before the caller gets it: clients throw such bodies away unread, and with them the
 * reason. At most 64 KiB and one second; what is not there by then passes through unread.
 */
export async function readBounded(body: ReadableStream<Uint8Array>): Promise<BoundedBody> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, most.ms, "late").unref();
  });
  let pending: Promise<BodyRead> | null = null;
  let size = 0;
  try {
    while (size < most.bytes) {
      pending = reader.read();
      const read = await Promise.race([pending, late]);
      if (read === "late") break;
      pending = null;
      if (read.done) return { bytes: Buffer.concat(chunks), rest: null };
      chunks.push(read.value);
      size += read.value.length;
    }
  } catch {
    // The body broke off. The caller is to meet the same failure at the same place.
    pending = reader.read();
  } finally {
    clearTimeout(timer);
  }
  return { bytes: Buffer.concat(chunks), rest: joined(chunks, pending, reader) };
}

function joined(
  chunks: readonly Uint8Array[],
  pending: Promise<BodyRead> | null,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  const early = [...chunks];
  let next = pending;
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = early.shift();
        if (chunk) return controller.enqueue(chunk);
        const read = await (next ?? reader.read());
        next = null;
        if (read.done) controller.close();
        else controller.enqueue(read.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
