const mostBytes = 1 << 20;

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** POSTs a body and reads the whole answer, within a time and up to 1 MiB. @throws Error that says what went wrong */
export async function post(
  url: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  timeoutMs: number,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": type },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      status: response.status,
      type: response.headers.get("content-type") ?? "",
      body: await bodyOf(response),
    };
  } catch (cause) {
    throw new Error(`${url} ${reasonOf(cause, timeoutMs)}`, { cause });
  }
}

async function bodyOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`answered with more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf(cause: unknown, timeoutMs: number): string {
  const { name, message, cause: deeper } = cause as Partial<Error>;
  if (name === "TimeoutError") return `did not answer within ${timeoutMs / 1000} seconds.`;
  if (message?.startsWith("answered")) return `${message}.`;
  // fetch says "fetch failed", and why in its cause.
  return `could not be asked: ${(deeper as Partial<Error> | undefined)?.message ?? message}.`;
}
