/** Why a stream did not take a line, in words that say what to do. */
export function explain(error: unknown, stream: NodeJS.WritableStream): Error {
  const where = stream === process.stdout ? "stdout" : stream === process.stderr ? "stderr" : "the stream";
  const code = (error as { code?: unknown } | null)?.code;
  const why =
    typeof code === "string"
      ? (reasons[code] ?? `did not take a line (${code})`)
      : "takes nothing: its reader has stopped reading, and the pipe is full. See to the collector";
  return new Error(`${where[0]!.toUpperCase()}${where.slice(1)} ${why}.`, { cause: error });
}

const gone = (code: string) =>
  `has no reader any more (${code}), and this process cannot get another: start it again when the collector runs`;

const reasons: Readonly<Record<string, string>> = {
  EPIPE: gone("EPIPE"),
  ECONNRESET: gone("ECONNRESET"),
  EIO: "is a terminal that was closed (EIO): start the process again, with its output elsewhere",
  ERR_STREAM_DESTROYED: "was closed by this process: nothing may end it before the audit log is closed",
  ERR_STREAM_WRITE_AFTER_END: "was ended by this process: nothing may end it before the audit log is closed",
  ENOSPC: "is a file on a disk that is full (ENOSPC): make room",
  EDQUOT: "is a file beyond the quota of its disk (EDQUOT): make room",
  EFBIG: "is a file that may not become larger (EFBIG): see ulimit -f",
  EAGAIN: "is full (EAGAIN): its reader is slow. See to the collector",
};
