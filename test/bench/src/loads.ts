import { requestBody } from "./answers.ts";

type Move = (fetch: typeof globalThis.fetch) => Promise<void>;

/** Makes a body of about so many bytes, and says how to move it. */
type Load = (server: string, bytes: number) => Move;

/** The large bodies that are moved, by what they are. */
export const loads = {
  "streamed answer, 60 characters a chunk": download(60),
  "streamed answer, 16,000 characters a chunk": download(16_000),
  "upload of a Blob": upload((bytes) => ({ body: new Blob([bytes]) })),
  "upload of FormData with a File": upload((bytes) => ({ body: formWith(bytes) })),
  "upload of a ReadableStream": upload((bytes) => ({ body: streamOf(bytes.length), duplex: "half" })),
  "upload of a Uint8Array": upload((bytes) => ({ body: bytes })),
  "upload of a Request with FormData": (server, bytes) => {
    const request = new Request(`${server}/files`, { method: "POST", body: formWith(filled(bytes)) });
    return async (fetch) => checkUpload(await fetch(request), bytes);
  },
} as const satisfies Record<string, Load>;

export type LoadName = keyof typeof loads;

function download(contentLength: number): Load {
  return (server, bytes) => async (fetch) => {
    const response = await fetch(`${server}/chat/completions?bytes=${bytes}&content=${contentLength}`, {
      method: "POST",
      body: JSON.stringify(requestBody("stream")),
    });
    let read = 0;
    for await (const chunk of response.body!) read += chunk.length;
    if (read < bytes) throw new Error(`Only ${read} bytes of ${bytes} were read.`);
  };
}

function upload(init: (bytes: Uint8Array<ArrayBuffer>) => RequestInit): Load {
  return (server, bytes) => {
    const made = init(filled(bytes));
    return async (fetch) => checkUpload(await fetch(`${server}/files`, { method: "POST", ...made }), bytes);
  };
}

/** Filled, because memory that nobody has written to is not resident. */
function filled(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes).fill(97);
}

function formWith(bytes: Uint8Array<ArrayBuffer>): FormData {
  const form = new FormData();
  form.set("file", new File([bytes], "file.bin"));
  return form;
}

function streamOf(bytes: number): ReadableStream<Uint8Array> {
  // The same piece each time: new ones would be resident until they are collected, in both variants.
  const piece = filled(64 * 1024);
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= bytes) return controller.close();
      controller.enqueue(piece.subarray(0, bytes - sent));
      sent += piece.length;
    },
  });
}

async function checkUpload(response: Response, bytes: number): Promise<void> {
  const { bytes: received } = (await response.json()) as { bytes: number };
  if (received < bytes) throw new Error(`Only ${received} bytes of ${bytes} arrived.`);
}
