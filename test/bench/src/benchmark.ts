/** One table of a report. What its cells say for a person stands as numbers in `figures`. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** What a reader has to know to judge the numbers. */
  readonly note: string;
}

export interface Row {
  readonly cells: readonly string[];
  readonly figures: object;
}

export interface RunOptions {
  /** A run that shows that everything works, and measures nothing. */
  readonly quick: boolean;
  readonly progress: (text: string) => void;
  /** How many rows a table has, where there is one. @default as the benchmark says */
  readonly rows?: number | undefined;
  /** How many entries a log has, and over how many days, where that can be said. @default as the benchmark says */
  readonly entries?: number | undefined;
  readonly days?: number | undefined;
  /** How often a log is asked everything. @default as the benchmark says */
  readonly rounds?: number | undefined;
}

export interface Benchmark {
  /** One sentence. */
  readonly purpose: string;
  run(options: RunOptions): Promise<Section[]>;
}
