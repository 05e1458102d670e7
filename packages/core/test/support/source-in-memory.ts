import type { AuditSource } from "../../src/index.ts";

/** Days of lines as a source, as a store has them. */
export function sourceInMemory(days: ReadonlyMap<string, readonly (string | Buffer)[]>): AuditSource {
  return {
    name: "the memory of a test",
    async *read() {},
    snapshot: async () => ({
      days: [...days].sort().map(([day, lines]) => ({
        day,
        bytes: lines.reduce((sum, line) => sum + Buffer.from(line as string).length + 1, 0),
        async *lines() {
          for (const line of lines) yield { line };
        },
      })),
      close: async () => undefined,
    }),
  };
}

/** The lines of the files of a journal, by their days. */
export function linesByDay(files: ReadonlyMap<string, Buffer>): Map<string, Buffer[]> {
  const days = new Map<string, Buffer[]>();
  for (const [file, bytes] of files) {
    const lines: Buffer[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(0x0a, start);
      lines.push(bytes.subarray(start, end < 0 ? bytes.length : end));
      start = end < 0 ? bytes.length : end + 1;
    }
    days.set(
      file.slice("audit_".length, -".jsonl".length),
      lines.filter(({ length }) => length > 0),
    );
  }
  return days;
}
