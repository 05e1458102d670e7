import { PolledJob } from "../polled-job.ts";

/** States of a batch, in OpenRouter's words. */
export type BatchStatus = "validating" | "in_progress" | "finalizing" | "completed" | "failed";

/** What a batch was submitted with. */
export interface BatchSubmission {
  readonly id: string;
  readonly endpoint: string;
  readonly model: string;
  readonly requests: readonly {
    readonly customId: string;
    readonly body: Readonly<Record<string, unknown>>;
  }[];
  readonly createdAtMs: number;
  /** Why the batch fails after it was accepted. */
  readonly failure: string | undefined;
}

/** The result of one request: either what its endpoint answered, or an error. */
export interface BatchResult {
  readonly id: string;
  readonly custom_id: string;
  readonly response: {
    readonly status_code: number;
    readonly request_id: string;
    readonly body: unknown;
  } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** What a whole batch has cost. */
export interface BatchUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly cost: number;
  readonly is_byok: boolean;
}

interface Outcome {
  readonly results: readonly BatchResult[];
  readonly usage: BatchUsage;
}

/** A batch of requests, which are all answered when it becomes completed. */
export class BatchJob {
  readonly submission: BatchSubmission;
  readonly #progress: PolledJob<BatchStatus>;
  #finalizedAtMs: number | null = null;
  #outcome: Outcome | null = null;

  constructor(submission: BatchSubmission) {
    this.submission = submission;
    const last = submission.failure === undefined ? "completed" : "failed";
    this.#progress = new PolledJob<BatchStatus>(["validating", "in_progress", "finalizing", last]);
  }

  get isOver(): boolean {
    return this.#progress.isOver;
  }

  /** Asks how far it is; `work` does the batch when it comes to that. */
  async poll(nowMs: number, work: () => Promise<Outcome>): Promise<void> {
    if (!this.#progress.advance()) return;
    this.#finalizedAtMs = nowMs;
    if (this.#progress.status === "completed") this.#outcome = await work();
  }

  onTheWire() {
    const { id, endpoint, model, requests, createdAtMs, failure } = this.submission;
    const failed = this.#outcome?.results.filter(({ error }) => error !== null).length ?? 0;
    return {
      id,
      object: "batch",
      endpoint,
      model,
      completion_window: "24h",
      status: this.#progress.status,
      created_at: Math.floor(createdAtMs / 1000),
      finalized_at: this.#finalizedAtMs === null ? null : Math.floor(this.#finalizedAtMs / 1000),
      request_counts: {
        total: requests.length,
        completed: this.#outcome ? requests.length - failed : 0,
        failed,
      },
      usage: this.#outcome?.usage ?? null,
      results: this.#outcome?.results ?? null,
      error: this.#progress.status === "failed" ? { message: failure } : null,
    };
  }
}
