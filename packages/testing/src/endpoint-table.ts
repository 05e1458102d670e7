import type { Endpoint } from "./endpoint.ts";
import { activity } from "./endpoints/activity.ts";
import { authKeys } from "./endpoints/auth-keys.ts";
import { batches } from "./endpoints/batches.ts";
import { byok } from "./endpoints/byok.ts";
import { chatCompletions } from "./endpoints/chat-completions.ts";
import { completions } from "./endpoints/completions.ts";
import { credits } from "./endpoints/credits.ts";
import { embeddings } from "./endpoints/embeddings.ts";
import { files } from "./endpoints/files.ts";
import { generation } from "./endpoints/generation.ts";
import { guardrails } from "./endpoints/guardrails.ts";
import { images } from "./endpoints/images.ts";
import { key } from "./endpoints/key.ts";
import { keys } from "./endpoints/keys.ts";
import { messages } from "./endpoints/messages.ts";
import { listModalityModels } from "./endpoints/modality-models.ts";
import { countModels, listModels, readModel, readModelEndpoints } from "./endpoints/models.ts";
import { providers, zeroDataRetentionEndpoints } from "./endpoints/providers.ts";
import { rerank } from "./endpoints/rerank.ts";
import { responses } from "./endpoints/responses.ts";
import { speech } from "./endpoints/speech.ts";
import { transcriptions } from "./endpoints/transcriptions.ts";
import { videos } from "./endpoints/videos.ts";

/** Every endpoint the server has. Of several that fit a request the first one answers it. */
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
  ...listModalityModels,
  ...videos,
  ...batches,
  ...files,
  ...listModels,
  countModels,
  readModelEndpoints,
  ...readModel,
  key,
  generation,
  credits,
  activity,
  ...keys,
  ...byok,
  ...guardrails,
  ...authKeys,
  providers,
  zeroDataRetentionEndpoints,
];
