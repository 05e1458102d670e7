import type { Call } from "./endpoint.ts";
import type { Fields } from "./json-fields.ts";

/** A file in a form. */
export interface FormFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A form with at most one file. A field that came several times, or whose name ends in `[]`, has a list of texts. */
export interface Form {
  readonly fields: Fields;
  readonly file: FormFile | undefined;
}

/** Whether a request's body is a form and no JSON. */
export const isForm = ({ request }: Call): boolean =>
  /^multipart\/form-data\b/i.test(request.headers["content-type"] ?? "");

/** Reads the body as `multipart/form-data`; `undefined` when it cannot be. The file is the field named `file`. */
export async function readForm(call: Call): Promise<Form | undefined> {
  const form = await parse(call);
  if (!form) return undefined;
  const file = form.get("file");
  const fields: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    const texts = form.getAll(name).filter((value) => typeof value === "string");
    if (name.endsWith("[]")) fields[name.slice(0, -2)] = texts;
    else if (texts.length > 0) fields[name] = texts.length === 1 ? texts[0] : texts;
  }
  return {
    fields,
    file:
      file instanceof Blob
        ? { name: file.name, type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) }
        : undefined,
  };
}

async function parse(call: Call): Promise<FormData | undefined> {
  if (!isForm(call)) return undefined;
  const headers = { "content-type": call.request.headers["content-type"] ?? "" };
  try {
    return await new Response(call.bytes, { headers }).formData();
  } catch {
    return undefined;
  }
}
