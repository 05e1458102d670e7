/** What PutLogEvents takes in one call. A message counts as its UTF-8, and 26 bytes besides. */
export const callLimits = {
  bytes: 1_048_576,
  events: 10_000,
  spanMs: 86_400_000,
  overheadBytes: 26,
} as const;
