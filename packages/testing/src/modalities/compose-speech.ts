import { createHash } from "node:crypto";

const sampleRate = 24_000;
const secondsEachCharacter = 0.02;
// MPEG-1 Layer III, 32 kbit/s, 44.1 kHz, mono: a frame has 104 bytes and lasts 26 milliseconds.
const frameHeader = Buffer.of(0xff, 0xfb, 0x10, 0xc4);
const frameBytes = 104;
const frameSeconds = 1152 / 44_100;

/** Audio for a text, a fiftieth of a second for each character: as PCM a tone that follows from the text, as MP3 silence. */
export function composeSpeech(text: string, format: "mp3" | "pcm", speed: number): Uint8Array {
  const seconds = Math.max(0.1, (text.length * secondsEachCharacter) / speed);
  return format === "pcm" ? tone(text, seconds) : silence(text, seconds);
}

/** 16 bits, little endian, 24 kHz, mono. */
function tone(text: string, seconds: number): Uint8Array {
  const hertz = 200 + createHash("sha256").update(text).digest().readUInt16BE(0) / 128;
  const samples = Buffer.alloc(Math.round(seconds * sampleRate) * 2);
  for (let index = 0; index < samples.length / 2; index++) {
    samples.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * hertz * index) / sampleRate)), index * 2);
  }
  return samples;
}

function silence(text: string, seconds: number): Uint8Array {
  const frame = Buffer.concat([frameHeader], frameBytes);
  const frames = Array.from({ length: Math.ceil(seconds / frameSeconds) }, () => frame);
  return Buffer.concat([titleTag(createHash("sha256").update(text).digest("hex")), ...frames]);
}

/** An ID3 tag, by which the audio of one text can be told from that of another. */
function titleTag(title: string): Buffer {
  const content = Buffer.from(`\0${title}`, "latin1");
  const frame = Buffer.alloc(10);
  frame.write("TIT2", "latin1");
  frame.writeUInt32BE(content.length, 4);
  // The tag's length has seven bits in each byte; it is less than 128 here.
  const header = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, frame.length + content.length]);
  return Buffer.concat([header, frame, content]);
}
