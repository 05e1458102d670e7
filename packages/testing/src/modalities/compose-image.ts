import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

const side = 16;

/** A small PNG of one colour, which follows from the prompt; `shade` from 0 to 1 tells how far it has been drawn. */
export function composeImage(prompt: string, shade = 1): Uint8Array {
  const colour = createHash("sha256").update(prompt).digest().subarray(0, 3);
  const pixel = Buffer.from(colour.map((value) => Math.round(value * shade)));
  const row = Buffer.concat([Buffer.of(0), ...Array.from({ length: side }, () => pixel)]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // Eight bits for each of red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
