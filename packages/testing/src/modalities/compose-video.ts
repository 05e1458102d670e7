import { createHash } from "node:crypto";

/** An MP4 file without tracks, whose content follows from the prompt. */
export function composeVideo(prompt: string): Uint8Array {
  const brand = Buffer.from("isom\0\0\x02\0isomiso2mp41", "latin1");
  const frames = createHash("sha512").update(prompt).digest();
  return Buffer.concat([
    box("ftyp", brand),
    box("mdat", Buffer.concat(Array.from({ length: 64 }, () => frames))),
  ]);
}

function box(type: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(content.length + 8, 0);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, content]);
}
