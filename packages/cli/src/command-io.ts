/** A stream to write to, and whether a person sits at its other end. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything a command touches besides files and the network. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Asked for only by what is told to read it. */
  readonly stdin?: () => NodeJS.ReadableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A signal that aborts when the person has had enough (SIGINT, SIGTERM). Asked for only by what runs until then. */
  readonly untilInterrupted: () => AbortSignal;
}
