// What is no WAV is taken for compressed audio of 128 kbit/s.
const compressedBytesEachSecond = 16_000;
const wavHeaderBytes = 44;

/** How long a recording lasts, in seconds: by the header of a WAV file, else by its size. */
export function secondsOfAudio(audio: Uint8Array): number {
  const bytes = Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength);
  const isWav = bytes.length > wavHeaderBytes && bytes.toString("latin1", 0, 4) === "RIFF";
  const rate = isWav ? bytes.readUInt32LE(28) : 0;
  const seconds = rate ? (bytes.length - wavHeaderBytes) / rate : bytes.length / compressedBytesEachSecond;
  return Math.max(0.01, Number(seconds.toFixed(2)));
}
