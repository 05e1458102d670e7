import { readDelivery } from "@openrouter-audit/core";

/** Which files of a journal a sink has not got yet. */
export interface Undelivered {
  /** Why a file stays; null when every sink has all of it. */
  reasonFor(file: string): string | null;
}

/** Reads how far the sinks of a journal are. What has been compressed has its old name, too. */
export async function undeliveredIn(directory: string): Promise<Undelivered> {
  const reports = await readDelivery(directory);
  const unknown = reports.find(({ problems }) => problems.length > 0);
  const sinks = reports.map(({ sink, behind, cursor }) => ({
    sink,
    cursor,
    files: new Set(behind.files.map(unpackedName)),
  }));
  return {
    reasonFor: (file) => {
      if (unknown) return `nobody knows what the sink ${unknown.sink} has got: ${unknown.problems[0]}`;
      const behind = sinks.find(({ files }) => files.has(unpackedName(file)));
      return (
        (behind &&
          `the sink ${behind.sink} has not got all of it (openrouter-audit delivery); of a sink that is used no more, remove ${behind.cursor}`) ??
        null
      );
    },
  };
}

/** The name a file had before it was compressed. */
export function unpackedName(file: string): string {
  return file.endsWith(".gz") ? file.slice(0, -".gz".length) : file;
}
