import type { IncomingHttpHeaders } from "node:http";

/** What is known of a stored file. Its content can never be fetched again, so it is not kept. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly createdAtMs: number;
  readonly purpose: string;
}

/** A page of the list of files. */
export interface FilePage {
  readonly files: readonly StoredFile[];
  readonly hasMore: boolean;
}

/** How files are told to one kind of client. */
export interface FileShape {
  one(file: StoredFile): Record<string, unknown>;
  list(page: FilePage): Record<string, unknown>;
  deleted(id: string): Record<string, unknown>;
}

const ends = ({ files, hasMore }: FilePage) => ({
  first_id: files[0]?.id ?? null,
  has_more: hasMore,
  last_id: files.at(-1)?.id ?? null,
});

const metadata = (file: StoredFile) => ({
  created_at: new Date(file.createdAtMs).toISOString(),
  downloadable: false,
  filename: file.name,
  id: file.id,
  mime_type: file.type,
  size_bytes: file.bytes,
  type: "file",
});

const openrouter: FileShape = {
  one: (file) => ({ _shape: "openrouter", ...metadata(file) }),
  list: (page) => ({
    _shape: "openrouter",
    cursor: page.hasMore ? (page.files.at(-1)?.id ?? null) : null,
    data: page.files.map(openrouter.one),
    ...ends(page),
  }),
  deleted: (id) => ({ _shape: "openrouter", id, type: "file_deleted" }),
};

const anthropic: FileShape = {
  one: (file) => ({ _shape: "anthropic", ...metadata(file) }),
  list: (page) => ({ _shape: "anthropic", data: page.files.map(anthropic.one), ...ends(page) }),
  deleted: (id) => ({ _shape: "anthropic", id, type: "file_deleted" }),
};

const openai: FileShape = {
  one: (file) => ({
    _shape: "openai",
    bytes: file.bytes,
    created_at: Math.floor(file.createdAtMs / 1000),
    filename: file.name,
    id: file.id,
    object: "file",
    purpose: file.purpose,
    status: "processed",
  }),
  list: (page) => ({ _shape: "openai", data: page.files.map(openai.one), ...ends(page), object: "list" }),
  deleted: (id) => ({ _shape: "openai", deleted: true, id, object: "file" }),
};

/** The shape for whoever asks: Anthropic's clients say so in a header, OpenAI's by their name. */
export function fileShapeFor(headers: IncomingHttpHeaders): FileShape {
  if (headers["anthropic-version"] !== undefined) return anthropic;
  return /^OpenAI\//i.test(headers["user-agent"] ?? "") ? openai : openrouter;
}
