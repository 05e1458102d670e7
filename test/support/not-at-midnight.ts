/**
 * Each UTC day has a file of its own, and most tests write one journal within a day and look into its one file, or reckon with
 * the date of their first line. None begins in the last two minutes of a day: it waits until that is over.
 */
const dayMs = 86_400_000;
const leftMs = dayMs - (Date.now() % dayMs);
if (leftMs < 120_000) await new Promise((midnight) => setTimeout(midnight, leftMs + 1));

export {};
