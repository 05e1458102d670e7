import { createHash } from "node:crypto";
import { type Adding, type Content, piecesOf } from "./bag-writer.ts";

/** What files of a bag should be like: their hashes alone. */
export class FilesMade implements Adding {
  /** SHA-256 in hex, by path. */
  readonly hashes = new Map<string, string>();

  async add(path: string, content: Content): Promise<void> {
    const hash = createHash("sha256");
    for await (const piece of piecesOf(content)) hash.update(piece);
    this.hashes.set(path, hash.digest("hex"));
  }
}
