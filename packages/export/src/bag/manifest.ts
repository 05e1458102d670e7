import { byBytes } from "./bag-path.ts";

/** RFC 8493, section 2.1.1: exactly this. */
export const declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
export const payloadManifest = "manifest-sha256.txt";
export const tagManifest = "tagmanifest-sha256.txt";
export const attestationFile = "attestation.dsse.json";

/** Whether a path is that of a manifest of files, by whatever hash. */
export function isManifest(path: string): boolean {
  return /^(?:tag)?manifest-[a-z0-9]+\.txt$/.test(path);
}

/** A manifest, RFC 8493 section 2.1.3: hashes in hex by path. */
export function formatManifest(hashes: ReadonlyMap<string, string>): string {
  const paths = [...hashes.keys()].sort(byBytes);
  return paths.map((path) => `${hashes.get(path)}  ${encoded(path)}\n`).join("");
}

/** What a manifest lists. */
export interface Manifest {
  readonly hashes: ReadonlyMap<string, string>;
  /** Lines that are in no form, or name a path again. */
  readonly flaws: readonly string[];
}

/** Reads a manifest: a hash, white space, a path, on each line. A path that is named twice is a flaw, also with the same hash. */
export function parseManifest(text: string, hexDigits: number): Manifest {
  const hashes = new Map<string, string>();
  const flaws: string[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  const form = new RegExp(`^([0-9a-fA-F]{${hexDigits}})[ \\t]+\\*?(.+)$`);
  for (const [index, line] of lines.entries()) {
    const [, hash, name] = form.exec(line) ?? [];
    if (hash === undefined || name === undefined) flaws.push(`line ${index + 1} is not a hash and a path`);
    else {
      const path = decoded(name).replace(/^\.\//, "");
      if (hashes.has(path)) flaws.push(`line ${index + 1} names ${path} again`);
      hashes.set(path, hash.toLowerCase());
    }
  }
  return { hashes, flaws };
}

function encoded(path: string): string {
  return path.replace(/[%\r\n]/g, (character) => encodeURIComponent(character));
}

function decoded(path: string): string {
  return path.replace(/%(0D|0A|25)/gi, (code) => decodeURIComponent(code));
}
