import { PassThrough } from "node:stream";
import { progressOn, progressText } from "../src/progress.ts";

test.each([
  [0, 1_000_000, 2000, "░░░░░░░░░░░░░░░░░░░░░░░░ 0 %  0 bytes of 977 KiB, some time left"],
  [250_000, 1_000_000, 4000, "██████░░░░░░░░░░░░░░░░░░ 25 %  244 KiB of 977 KiB, 12.0 s left"],
  [1_999_999_999, 2_000_000_000, 1000, "███████████████████████░ 99 %  1.9 GiB of 1.9 GiB, 0 ms left"],
  [3000, 2000, 1000, "████████████████████████ 100 %  2.9 KiB of 2.9 KiB, 0 ms left"],
])("%d of %d bytes after %d ms is a bar, an extent and a time", (bytes, totalBytes, elapsedMs, text) => {
  expect(progressText({ bytes, totalBytes }, elapsedMs)).toBe(text);
});

function watched(isTTY: boolean) {
  const output = Object.assign(new PassThrough(), { isTTY });
  let now = 1_000_000;
  const progress = progressOn(output, "verifying", () => now);
  const written = () => String(output.read() ?? "");
  const at = (ms: number) => {
    now = 1_000_000 + ms;
    progress.report({ bytes: 1, totalBytes: 2 });
    return written();
  };
  return { at, progress, written };
}

test("a person who waits sees it, redrawn at most ten times a second, and nothing is left of it", () => {
  const { at, progress, written } = watched(true);
  expect(at(999)).toBe("");
  expect(at(1000)).toMatch(/^\r\x1b\[Kverifying █{12}░{12} 50 %/);
  expect(at(1099)).toBe("");
  expect(at(1100)).toContain("50 %");
  progress.end();
  expect(written()).toBe("\r\x1b[K");
});

test("a program sees nothing of it, nor somebody who had not to wait", () => {
  const program = watched(false);
  expect(program.at(5000)).toBe("");
  const quick = watched(true);
  quick.at(10);
  quick.progress.end();
  expect(quick.written()).toBe("");
});
