import { createHash } from "node:crypto";
import { valueDigest } from "../../privacy/digest.ts";
import { blobChunks } from "./blob-chunks.ts";
import type { FormPart, SentBody } from "./sent-body.ts";

/**
 * What a form says, as it is on the wire: lines in values end in CR LF, and a file of no type is `application/octet-stream`
 * (WHATWG HTML, section 4.10.21.8). Files are read piece by piece, so that none is held in memory.
 */
export async function readForm(form: Iterable<[string, string | File]>): Promise<SentBody> {
  const parts: FormPart[] = [];
  let total = 0;
  for (const [name, given] of form) {
    if (typeof given === "string") {
      const value = given.replace(/\r\n|\r|\n/g, "\r\n");
      parts.push({ name, value });
      total += Buffer.byteLength(value);
      continue;
    }
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of blobChunks(given)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    const content_type = given.type || "application/octet-stream";
    parts.push({ name, filename: given.name, content_type, bytes, sha256: hash.digest("hex") });
    total += bytes;
  }
  // Parts are texts and counts, so that they always have a form.
  return { bytes: total, sha256: () => valueDigest(parts)!, text: null, parts };
}

/** The same of the bytes of a `multipart/form-data` body; null when they are none. */
export async function formOf(body: Buffer<ArrayBuffer>, contentType: string): Promise<SentBody | null> {
  try {
    return await readForm(await new Response(body, { headers: { "content-type": contentType } }).formData());
  } catch {
    return null;
  }
}
