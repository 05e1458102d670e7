import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, type AuditLogOptions, type AuditProblem } from "../../src/index.ts";

export const secret = "a secret for tests only, 32 bytes or longer";
export const otherSecret = "another secret for tests only, also long enough";

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  made.push(directory);
  return directory;
}

/** Where files are written and then flushed: on a disk, Linux has both done in one. */
export function newDirectoryInMemory(): string {
  const directory = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "openrouter-audit-"));
  made.push(directory);
  return directory;
}

/** A log in a directory, and what it reported. */
export function openLog(directory: string, options: AuditLogOptions = {}) {
  const problems: AuditProblem[] = [];
  const log = new AuditLog({
    directory,
    secret,
    service: "test-service",
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { log, problems };
}

/** A closed log with some entries of the application's own. */
export async function writeLog(directory: string, entries: number, prefix = "entry"): Promise<void> {
  const { log } = openLog(directory);
  for (let index = 0; index < entries; index += 1)
    await log.record({ event_type: "test.event", metadata: { text: `${prefix} ${index}` } });
  await log.close();
}

export function journalFilesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .sort();
}

/** The lines of one journal file (the only one unless named), without line ends. */
export function linesIn(directory: string, file = journalFilesIn(directory)[0]!): string[] {
  const lines = readFileSync(join(directory, file), "utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

export function writeLines(
  directory: string,
  lines: readonly string[],
  file = journalFilesIn(directory)[0]!,
): void {
  writeFileSync(join(directory, file), lines.map((line) => `${line}\n`).join(""));
}

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever is there
export type AnyEntry = any;

/** Every entry of every file, as it stands there. */
export function entriesIn(directory: string, { skipTorn = false } = {}): AnyEntry[] {
  return journalFilesIn(directory)
    .flatMap((file) => linesIn(directory, file))
    .filter((line) => !skipTorn || line.endsWith("}"))
    .map((line) => JSON.parse(line) as AnyEntry);
}

/** The code of the AuditError that `work` throws. */
export async function codeOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}
