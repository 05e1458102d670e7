/** When a disk is nearly full. Null is the default, which depends on its size. */
export interface DiskLimits {
  /** Free bytes below which a warning is given. */
  readonly warnBytes: number | null;
  /** Free bytes below which no call is taken any more. */
  readonly stopBytes: number | null;
  /** How many bytes the journal may have. */
  readonly quotaBytes: number | null;
}
