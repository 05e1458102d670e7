/** A list in a report has so many items at most, and says how much is not in it. */
export const mostListed = 1_000;
