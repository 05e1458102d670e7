import type { AuditProblem } from "../audit-error.ts";

/** That a file is not the one that was delivered. */
export function fileChanged(path: string, sink: string, { message }: Error): AuditProblem {
  return {
    code: "JOURNAL_CHANGED",
    message:
      `${path} is not the file that was delivered to the sink ${sink}: ${message}. It was cut or replaced, which nothing of ` +
      "this library does. It is delivered again, from its beginning.",
  };
}

/** That an archive is none, or damaged. */
export function fileRefused(path: string, sink: string, { message }: Error): AuditProblem {
  return {
    code: "JOURNAL_UNREADABLE",
    message:
      `Cannot deliver ${path} to the sink ${sink}: ${message}. The files after it are delivered; this one is tried again when ` +
      "it has another size.",
  };
}
