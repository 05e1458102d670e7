import { randomBytes } from "node:crypto";
import { type Answer, errorAsAnswer, jsonAnswer } from "../answer.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { errorAnswer } from "../error-answer.ts";
import { fileShapeFor, type StoredFile } from "../files/file-shapes.ts";
import { sniffFileType } from "../files/sniff-file-type.ts";
import { textOf } from "../json-fields.ts";
import { readForm } from "../read-form.ts";

const largestBytes = 104_857_600;
const path = "/api/v1/files";
const complain = (message: string) => errorAsAnswer(errorAnswer({ name: "bad_request", message }));

const upload: Endpoint = { method: "POST", path, key: "any", answer: answerUpload };

async function answerUpload(call: Call): Promise<Answer> {
  const { service, request, query } = call;
  const provider = query.get("provider");
  if (provider !== null) return complain(`No BYOK key is configured for ${provider}`);
  const form = await readForm(call);
  if (!form?.file) return complain("file: expected a form with a file");
  const { name, bytes } = form.file;
  if (bytes.length > largestBytes) return errorAsAnswer(errorAnswer("payload_too_large"));
  if (bytes.length === 0) return complain("file: is empty");
  if (!isFileName(name)) return complain("file: has a name that is not allowed");
  const type = sniffFileType(bytes);
  if (type === undefined) return complain("file: its content is of no supported type");

  const file: StoredFile = {
    id: `or_file_${randomBytes(12).toString("hex")}`,
    name,
    type,
    bytes: bytes.length,
    createdAtMs: service.now(),
    purpose: textOf(form.fields.purpose) ?? "user_data",
  };
  service.files.set(file.id, file);
  return jsonAnswer(200, fileShapeFor(request.headers).one(file));
}

function isFileName(name: string): boolean {
  const segments = name.split("/");
  if (name.length < 1 || name.length > 255 || /[<>:"|?*\\\0-\x1f]/.test(name)) return false;
  return segments.every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

const list: Endpoint = {
  method: "GET",
  path,
  key: "any",
  answer: ({ service, request, query }) => {
    const limit = Number(query.get("limit") ?? 100);
    if (!(limit >= 1 && limit <= 1000)) return complain("limit: expected a number from 1 to 1000");
    const after = query.get("cursor") ?? query.get("after") ?? query.get("after_id");
    const all = [...service.files.values()];
    const rest = all.slice(all.findIndex(({ id }) => id === after) + 1);
    const page = { files: rest.slice(0, limit), hasMore: rest.length > limit };
    return jsonAnswer(200, fileShapeFor(request.headers).list(page));
  },
};

const onFile = (
  method: string,
  suffix: "" | "/content",
  tell: (call: Call, file: StoredFile) => Answer,
): Endpoint => ({
  method,
  path: `${path}/{id}${suffix}`,
  key: "any",
  answer: (call) => {
    const file = call.service.files.get(call.parameters.id ?? "");
    const message = `File ${call.parameters.id} not found`;
    return file ? tell(call, file) : errorAsAnswer(errorAnswer({ name: "not_found", message }));
  },
});

const read = onFile("GET", "", ({ request }, file) =>
  jsonAnswer(200, fileShapeFor(request.headers).one(file)),
);

const download = onFile("GET", "/content", (_call, { id }) =>
  complain(`File ${id} was uploaded and cannot be downloaded`),
);

const remove = onFile("DELETE", "", ({ service, request }, { id }) => {
  service.files.delete(id);
  return jsonAnswer(200, fileShapeFor(request.headers).deleted(id));
});

/** Files of the workspace: uploaded, listed, looked at and deleted; what was uploaded is never given back. */
export const files = [upload, list, read, download, remove];
