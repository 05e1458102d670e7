import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AuditError } from "@openrouter-audit/core";
import { flushDirectory } from "@openrouter-audit/core/seal";
import { byBytes, flawOfPath } from "./bag-path.ts";
import { longestOf } from "./longest-text.ts";
import { attestationFile, declaration, formatManifest, payloadManifest, tagManifest } from "./manifest.ts";

/** A file of a bag, as it was written. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** What files of a bag may be. */
export type Content = string | Uint8Array | AsyncIterable<string | Uint8Array>;

export interface WorkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told of each part that is done. */
  readonly onBytes?: (bytes: number) => void;
}

/** Where files of a bag are added: to a bag, or to what one should be like. */
export interface Adding {
  add(path: string, content: Content): Promise<unknown>;
}

/** `bag-info.txt`, RFC 8493 section 2.2.2. @param oxum the octets and files of the payload */
export function bagInfoText(
  info: readonly (readonly [label: string, value: string])[],
  oxum: string,
): string {
  const lines = [...info, ["Payload-Oxum", oxum] as const];
  return lines.map(([label, value]) => `${label}: ${oneLine(value)}\n`).join("");
}

/** Writes the files of a bag (0600) into a folder, and hashes what is written while it is. They are on the disk after `flush`. RFC 8493. */
export class BagWriter implements Adding {
  readonly directory: string;
  readonly #files = new Map<string, WrittenFile>();

  readonly #longestOf: (path: string) => number;

  constructor(directory: string, longest = longestOf) {
    this.directory = directory;
    this.#longestOf = longest;
  }

  get files(): readonly WrittenFile[] {
    return [...this.#files.values()].sort((a, b) => byBytes(a.path, b.path));
  }

  get #payload(): readonly WrittenFile[] {
    return this.files.filter(({ path }) => path.startsWith("data/"));
  }

  /** The octets and files of the payload, as `Payload-Oxum` has them. */
  get oxum(): string {
    const payload = this.#payload;
    return `${payload.reduce((sum, { bytes }) => sum + bytes, 0)}.${payload.length}`;
  }

  /** Where a file of the bag is. */
  at(path: string): string {
    return join(this.directory, path);
  }

  /**
   * @param content text, bytes, or pieces of either as they come
   * @throws AuditError `PACKAGE_UNWRITABLE` for what verification would not read
   */
  async add(path: string, content: Content): Promise<WrittenFile> {
    const flaw = flawOfPath(path);
    if (flaw !== null || this.#files.has(path))
      throw new Error(`${path} cannot be in a bag: ${flaw ?? "twice"}`);
    const target = this.at(path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const file = await open(target, "wx", 0o600);
    const hash = createHash("sha256");
    const longest = this.#longestOf(path);
    let bytes = 0;
    try {
      for await (const piece of piecesOf(content)) {
        hash.update(piece);
        bytes += piece.length;
        if (bytes > longest) throw tooLong(path, longest);
        await writeAll(file, piece);
      }
    } finally {
      await file.close();
    }
    const written = { path, bytes, sha256: hash.digest("hex") };
    this.#files.set(path, written);
    return written;
  }

  /** The tag files that RFC 8493 asks for, over all that was added. @returns SHA-256 of the tag manifest, in hex */
  async finish(info: readonly (readonly [label: string, value: string])[]): Promise<string> {
    await this.add("bagit.txt", declaration);
    await this.add("bag-info.txt", bagInfoText(info, this.oxum));
    const hashes = (files: readonly WrittenFile[]) =>
      new Map(files.map(({ path, sha256 }) => [path, sha256]));
    await this.add(payloadManifest, formatManifest(hashes(this.#payload)));
    const tags = this.files.filter(({ path }) => !path.startsWith("data/"));
    return (await this.add(tagManifest, formatManifest(hashes(tags)))).sha256;
  }

  async addAttestation(envelope: string): Promise<void> {
    await this.add(attestationFile, envelope);
  }

  /** Bytes of all files. */
  get bytes(): number {
    return [...this.#files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Forces the files to the disk, and then their names. */
  async flush({ signal, onBytes }: WorkOptions = {}): Promise<void> {
    for (const { path, bytes } of this.#files.values()) {
      signal?.throwIfAborted();
      const file = await open(this.at(path), "r+");
      await file.sync().finally(() => file.close());
      onBytes?.(bytes);
    }
    for (const folder of foldersOf([...this.#files.keys()])) await flushDirectory(this.at(folder));
  }
}

/** The folders of some files, those that hold nothing but folders too: each before the one that it is in, at last `.`. */
export function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>(["."]);
  for (const path of paths)
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  const depth = (folder: string) => (folder === "." ? 0 : folder.split("/").length);
  return [...folders].sort((a, b) => depth(b) - depth(a));
}

export async function* piecesOf(content: Content): AsyncGenerator<Uint8Array> {
  if (typeof content === "string" || content instanceof Uint8Array) yield Buffer.from(content as string);
  else for await (const piece of content) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

function tooLong(path: string, longest: number): AuditError {
  return new AuditError(
    "PACKAGE_UNWRITABLE",
    `The package would be too large to be verified: ${path} is longer than ${longest} bytes. Nothing was exported: export shorter periods, one after the other.`,
  );
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}

function oneLine(value: string): string {
  return value.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}
