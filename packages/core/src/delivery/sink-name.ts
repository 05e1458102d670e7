const form = "[a-z0-9][a-z0-9._-]{0,63}";

/** What a sink may be named: its files beside the journal are, too. */
export const sinkName = {
  /** As a part of a regular expression. */
  form,
  pattern: new RegExp(`^${form}$`),
  rule: "1 to 64 lower-case letters, digits, . _ and -, beginning with a letter or digit",
} as const;
