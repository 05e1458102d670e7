export interface SqlOptions {
  /** Only entries whose `timestamp` is this or later: files, or partitions, of days before are not read. */
  readonly since?: Date | undefined;
  /** Only entries whose `timestamp` is before this. */
  readonly until?: Date | undefined;
  /** Told again and again how much was read, while it is found out which entries stand there twice. */
  readonly onProgress?: ((done: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
