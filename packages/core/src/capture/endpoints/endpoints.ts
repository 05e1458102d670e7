import { batch } from "./batch.ts";
import { batchStatus } from "./batch-status.ts";
import { catalogue } from "./catalogue.ts";
import { chatCompletions } from "./chat-completions.ts";
import { completions } from "./completions.ts";
import { embeddings } from "./embeddings.ts";
import type { Endpoint } from "./endpoint.ts";
import { file } from "./file.ts";
import { fileContent } from "./file-content.ts";
import { fileUpload } from "./file-upload.ts";
import { images } from "./images.ts";
import { management } from "./management.ts";
import { messages } from "./messages.ts";
import { rerank } from "./rerank.ts";
import { responses } from "./responses.ts";
import { RouteTable } from "./route-table.ts";
import { speech } from "./speech.ts";
import { transcriptions } from "./transcriptions.ts";
import { unknownEndpoint } from "./unknown-endpoint.ts";
import { video } from "./video.ts";
import { videoContent } from "./video-content.ts";
import { videoStatus } from "./video-status.ts";

/** Every endpoint this library knows. */
export const endpoints: readonly Endpoint[] = [
  chatCompletions,
  completions,
  responses,
  messages,
  embeddings,
  rerank,
  images,
  speech,
  transcriptions,
  video,
  videoStatus,
  videoContent,
  batch,
  batchStatus,
  fileUpload,
  fileContent,
  file,
  catalogue,
  management,
];

const routes = new RouteTable(
  endpoints.flatMap((endpoint) => endpoint.routes.map((route) => [route, endpoint])),
);

/** An endpoint, and the path it was asked for with `{id}` in place of what identifies something; null when it is not known. */
export interface EndpointMatch {
  readonly endpoint: Endpoint;
  readonly template: string | null;
}

/** The endpoint of a request; `unknown_endpoint` for one this library does not know. */
export function endpointOf(method: string, path: string): EndpointMatch {
  return routes.find(method, path) ?? { endpoint: unknownEndpoint, template: null };
}

/** The endpoint whose entries have this event type, or undefined. */
export function endpointNamed(eventType: string): Endpoint | undefined {
  return endpoints.find((endpoint) => endpoint.eventType === eventType);
}
