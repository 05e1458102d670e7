const rounded = (seconds: number) => Number(seconds.toFixed(3));

/** The segments and words of a transcript with their times in seconds, spread evenly. Words come only when they are asked for. */
export function timedSpeech(text: string, seconds: number, granularities: readonly unknown[]) {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const each = seconds / Math.max(1, words.length);
  return {
    segments: [{ id: 0, start: 0, end: rounded(seconds), text }],
    ...(granularities.includes("word") && {
      words: words.map((word, index) => ({
        word,
        start: rounded(index * each),
        end: rounded((index + 1) * each),
      })),
    }),
  };
}
