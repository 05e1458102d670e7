import { createHash } from "node:crypto";
import { valueDigest } from "../../privacy/digest.ts";
import { blobChunks } from "./blob-chunks.ts";
import type { FormPart, SentBody } from "./sent-body.ts";

/** What a form says. Files are read piece by piece, so that none is held in memory. */
export async function readForm(form: Iterable<[string, string | File]>): Promise<SentBody> {
  const parts: FormPart[] = [];
  let total = 0;
  for (const [name, value] of form) {
    if (typeof value === "string") {
      parts.push({ name, value });
      total += Buffer.byteLength(value);
      continue;
    }
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of blobChunks(value)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    parts.push({ name, filename: value.name, content_type: value.type, bytes, sha256: hash.digest("hex") });
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
