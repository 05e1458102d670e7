/** When what was written is forced to the disk: with each commit, every so often, or when the system likes to. */
export type SyncPolicy = "commit" | "interval" | "never";
