import { types } from "node:util";
import { sha256 } from "../../privacy/digest.ts";
import { blobChunks } from "./blob-chunks.ts";
import { BodyCollector, isForm } from "./body-collector.ts";
import { readForm } from "./form-parts.ts";
import { isFormData } from "./is-form-data.ts";
import type { SentBody } from "./sent-body.ts";
import { tapBody } from "./tap-body.ts";

/** What becomes of a request's body: what is sent, and what is kept of it. */
export interface OutgoingBody {
  /** Null when there is no body, or when it can't be read without disturbing it. */
  readonly sent: () => SentBody | null | Promise<SentBody | null>;
  /** Whether it may be long, and is better read when fetch is done with it: two readers need twice the memory. */
  readonly isReadLate?: boolean;
  /** Ends the reading, of which nobody wants to know any more. */
  readonly letGo?: () => void;
  /** What must be sent in place of a body that can be read only once. */
  readonly inPlace?: RequestInit["body"];
}

const nothing: OutgoingBody = { sent: () => null };

/** Reads the body of a request without using it up. Those that can be read only once are read as fetch sends them. */
export function readRequestBody(...given: Parameters<typeof readable>): OutgoingBody {
  try {
    return readable(...given);
  } catch {
    // A buffer that was transferred away, say: fetch will refuse it in its own words.
    return nothing;
  }
}

function readable(
  body: RequestInit["body"],
  request: Request | null,
  contentType: string | null,
): OutgoingBody {
  if (body === null || body === undefined) {
    if (!request?.body || request.bodyUsed || request.body.locked) return nothing;
    const reader = request.clone().body!.getReader();
    const letGo = () => void reader.cancel().catch(() => undefined);
    return { ...known(settled(readClone(reader, contentType))), letGo };
  }
  if (typeof body !== "object") {
    // Of numbers and the like fetch makes a text too; of a symbol it says that it cannot.
    const text = String(body);
    if (isForm(contentType)) return known(ofBytes(Buffer.from(text), contentType));
    return { sent: () => ofText(text) };
  }
  if (body instanceof URLSearchParams) return known(ofText(body.toString()));
  if (types.isArrayBuffer(body)) return known(ofBytes(new Uint8Array(body), contentType));
  if (ArrayBuffer.isView(body)) {
    return known(ofBytes(new Uint8Array(body.buffer, body.byteOffset, body.byteLength), contentType));
  }
  if (isFormData(body)) {
    // As it is now: the caller may add to it as soon as fetch has its own list.
    const entries = [...body];
    return { sent: () => settled(readForm(entries)), isReadLate: true };
  }
  if (body instanceof Blob) {
    return { sent: () => settled(readBlob(body, contentType ?? (body.type || null))), isReadLate: true };
  }
  if (body instanceof ReadableStream || isIterable(body)) {
    const tapped = tapBody(body, contentType);
    return tapped ? { ...known(settled(tapped.sent)), inPlace: tapped.body as RequestInit["body"] } : nothing;
  }
  return nothing;
}

function known(sent: SentBody | Promise<SentBody | null>): OutgoingBody {
  return { sent: () => sent };
}

/** Without what a body that fails says: fetch meets the same failure and reports it. */
function settled(sent: Promise<SentBody | null>): Promise<SentBody | null> {
  return sent.catch(() => null);
}

function ofText(text: string): SentBody {
  return { bytes: Buffer.byteLength(text), sha256: () => sha256(text), text, parts: null };
}

/** Read at once: the caller may change its buffer as soon as fetch has copied it. */
function ofBytes(bytes: Uint8Array, contentType: string | null): Promise<SentBody> {
  const collector = new BodyCollector(contentType);
  collector.add(bytes);
  return collector.end();
}

async function readBlob(blob: Blob, contentType: string | null): Promise<SentBody> {
  const collector = new BodyCollector(contentType);
  for await (const chunk of blobChunks(blob)) collector.add(chunk);
  return collector.end();
}

/** The other half of a clone waits in memory until it is sent, so that no more is read ahead than may be held. */
async function readClone(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  contentType: string | null,
): Promise<SentBody | null> {
  const collector = new BodyCollector(contentType);
  for (let chunks = 1; ; chunks++) {
    const { done, value } = await reader.read();
    if (done) return collector.end();
    collector.add(value);
    // What came in one piece was in memory anyway.
    if (collector.isTooLong && chunks > 1) {
      reader.cancel().catch(() => undefined);
      return null;
    }
  }
}

function isIterable(body: object): body is AsyncIterable<Uint8Array> {
  return typeof (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator] === "function";
}
