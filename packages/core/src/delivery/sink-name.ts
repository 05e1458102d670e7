/** What a sink may be named: its files beside the journal are, too. */
export const sinkName = {
  pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/,
  rule: "1 to 64 lower-case letters, digits, . _ and -, beginning with a letter or digit",
} as const;
