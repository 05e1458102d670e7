import type { Answer } from "../answer.ts";
import type { ApiType, MediaCounts } from "../generation-record.ts";
import type { Fields } from "../json-fields.ts";
import type { Usage } from "../usage.ts";
import type { ModalityModel, OutputModality } from "./modality-catalogue.ts";

/** What a request costs and makes, before it is priced. */
export interface Measured {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Searches, characters or seconds, as the model is priced. @default 0 */
  readonly units?: number;
  readonly counts?: MediaCounts;
}

/** Everything an answer may tell besides what it was made of. */
export interface Generated {
  /** The generation's id. */
  readonly id: string;
  readonly createdSeconds: number;
  readonly model: ModalityModel;
  /** The model and provider that are reported, which a script may replace. */
  readonly servedModel: string;
  readonly provider: string;
  readonly usage: Usage;
  readonly headers: Readonly<Record<string, string>>;
  /** Keeps the generation's record, as one whose answer has just ended. */
  keep(): void;
}

/** One request for something other than text, read and understood. */
export interface ModalityTask {
  readonly output: OutputModality;
  readonly apiType: ApiType;
  /** The fields of the request, of JSON or of a form. */
  readonly body: Fields;
  /** What is wrong with the request, if anything is. */
  readonly complaint: string | undefined;
  /** The text that moderation would look at. */
  readonly prompt: string;
  /** Put into generation ids, where OpenRouter is known to do so. */
  readonly idKind?: "rerank" | "vid";
  /** Whether `X-OpenRouter-Cache` works here. @default false */
  readonly cacheable?: boolean;
  /** Whether the work goes on after the answer, so that the record is kept by whoever ends it. @default false */
  readonly endsLater?: boolean;
  measure(model: ModalityModel): Measured;
  tell(generated: Generated): Answer;
}
