import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** How fast OpenSSL's own program hashes blocks of so many bytes, in bytes a second of CPU time; null when it is not there. */
export async function opensslSpeed(bytes: number): Promise<number | null> {
  const words = ["speed", "-evp", "sha256", "-bytes", String(bytes), "-seconds", "1", "-mr"];
  try {
    const { stdout } = await promisify(execFile)("openssl", words);
    const [, speed] = /^\+F:\d+:[^:]+:([0-9.]+)$/m.exec(stdout) ?? [];
    return speed === undefined ? null : Number(speed);
  } catch {
    return null;
  }
}
