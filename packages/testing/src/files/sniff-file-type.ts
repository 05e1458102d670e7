const magic: readonly (readonly [type: string, start: number, bytes: string])[] = [
  ["application/pdf", 0, "%PDF-"],
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
  ["audio/wav", 8, "WAVE"],
  ["audio/flac", 0, "fLaC"],
  ["audio/ogg", 0, "OggS"],
  ["audio/mpeg", 0, "ID3"],
  ["audio/mpeg", 0, "\xff\xfb"],
];
const office = "application/vnd.openxmlformats-officedocument";
const inArchive: readonly (readonly [type: string, name: string])[] = [
  [`${office}.wordprocessingml.document`, "word/"],
  [`${office}.spreadsheetml.sheet`, "xl/"],
  [`${office}.presentationml.presentation`, "ppt/"],
];

/** The type of a file by its content, whatever its name says; `undefined` for one that OpenRouter does not store. */
export function sniffFileType(content: Uint8Array): string | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const known = magic.find(
    ([, start, text]) => bytes.toString("latin1", start, start + text.length) === text,
  );
  if (known) return known[0];
  if (bytes.toString("latin1", 0, 4) === "PK\x03\x04")
    return inArchive.find(([, name]) => bytes.includes(name, 0, "latin1"))?.[0];
  return textType(bytes);
}

function textType(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  if (text.includes("\0")) return undefined;
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (isJson(text)) return "application/json";
  if (lines.length > 1 && lines.every(isJson)) return "application/x-ndjson";
  const commas = lines.map((line) => line.split(",").length - 1);
  if (lines.length > 1 && commas[0] && commas.every((count) => count === commas[0])) return "text/csv";
  return /^#{1,6} /m.test(text) ? "text/markdown" : "text/plain";
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
