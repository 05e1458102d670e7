import { PolledJob } from "../polled-job.ts";
import type { Generated } from "./modality-task.ts";

/** States of a video, in OpenRouter's words. */
export type VideoStatus = "pending" | "in_progress" | "completed" | "failed";

/** A video that was asked for. */
export class VideoJob {
  readonly prompt: string;
  readonly #generated: Generated;
  readonly #failure: string | undefined;
  readonly #progress: PolledJob<VideoStatus>;

  constructor(generated: Generated, prompt: string, failure: string | undefined) {
    this.prompt = prompt;
    this.#generated = generated;
    this.#failure = failure;
    this.#progress = new PolledJob<VideoStatus>([
      "pending",
      "pending",
      "in_progress",
      failure === undefined ? "completed" : "failed",
    ]);
  }

  get status(): VideoStatus {
    return this.#progress.status;
  }

  /** Asks how far it is. Once it is over there is a record of the generation. */
  poll(): void {
    if (this.#progress.advance() && this.status === "completed") this.#generated.keep();
  }

  /** The job as it is told; `origin` is where its video can be fetched. */
  onTheWire(origin: string) {
    const { id, usage } = this.#generated;
    const path = `/api/v1/videos/${id}`;
    return {
      id,
      polling_url: path,
      status: this.status,
      ...(this.#progress.isOver && { generation_id: id }),
      ...(this.status === "completed" && {
        unsigned_urls: [`${origin}${path}/content?index=0`],
        usage: { cost: usage.costUsd, is_byok: usage.isByok },
      }),
      ...(this.status === "failed" && { error: this.#failure }),
    };
  }
}
