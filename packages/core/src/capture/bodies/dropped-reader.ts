import type { WatchedReading } from "./watched-reading.ts";

/** Fetch closes the connection of an answer that was dropped unread; of one that is being read it cannot know. */
export const dropped = new FinalizationRegistry<WatchedReading>((reading) => {
  reading.cancel("The response was garbage collected.").catch(() => undefined);
});
