/** Names that Windows gives to devices, whatever comes behind a dot. */
const device = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
const longestPath = 1024;

/** Why a path in a package is refused; null when it is a plain relative one. docs/export.md, "Verification". */
export function flawOfPath(path: string): string | null {
  if (path === "" || path.length > longestPath) return "its name is empty, or longer than any";
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return "its name has control characters";
  if (path.includes("\\")) return "its name has a backslash";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "its name is absolute";
  if (path.startsWith("~")) return "its name begins with ~";
  if (!path.isWellFormed()) return "its name is no Unicode";
  for (const part of path.split("/")) {
    if (part === ".." || part === "." || part === "") return `its name has a part ${JSON.stringify(part)}`;
    if (/[. ]$/.test(part)) return "a part of its name ends in a dot or a space";
    if (device.test(part)) return "a part of its name is that of a device";
  }
  return null;
}

/** Paths that must be different files on every file system. */
export class DistinctPaths {
  readonly #seen = new Map<string, string>();

  /** Why a path cannot stand beside those before it; null when it can. */
  flawOf(path: string): string | null {
    const parts = path.split("/");
    // A folder in two spellings is as bad as a file.
    for (let length = 1; length <= parts.length; length += 1) {
      const part = parts.slice(0, length).join("/");
      const isWhole = length === parts.length;
      const key = part.normalize("NFC").toLowerCase();
      const known = this.#seen.get(key);
      if (known === undefined) this.#seen.set(key, isWhole ? `${part}\0` : part);
      else if (isWhole && known === `${part}\0`) return "it is there twice";
      else if (isWhole || known !== part)
        return `another has the same name but for case or Unicode form: ${known.replace("\0", "")}`;
    }
    return null;
  }
}

/** By the bytes of their UTF-8, which is the same order everywhere. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
