/** How numbers are defined, in a sentence each. docs/reports.md has the whole of it. */
export const definitions: readonly (readonly [term: string, meaning: string])[] = [
  ["Period", "An entry belongs to it by its timestamp: when the call began, in UTC."],
  [
    "Call",
    "An exchange that asked a model for something, or may have. Lists of models, key management and calls that were refused before they were sent are counted apart.",
  ],
  [
    "Each entry once",
    "What stands in the log more than once counts once. When a call that was taken for ended has its real end as well, the real end counts.",
  ],
  [
    "Success rate",
    "Calls that ended as success, of all calls. Errors, aborted calls and those whose end nobody knows are the rest.",
  ],
  [
    "Tokens in",
    "The whole prompt, with what was read from a cache and written to it. Tokens that nobody told are not in the sum.",
  ],
  [
    "Cost",
    "US dollars as OpenRouter told them, summed exactly. A job that is asked about again and again counts once. Calls whose cost nobody told are counted beside it.",
  ],
  ["Latency", "From sending a call to the end of its answer, of calls that measured it."],
  [
    "p50, p95, p99",
    "Nearest rank: of 100 calls, 50, 95 or 99 took no longer. Each is a time that was measured.",
  ],
  ["—", "Nobody measured it. That is not zero."],
];
