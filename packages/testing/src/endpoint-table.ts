import type { Endpoint } from "./endpoint.ts";
import { activity } from "./endpoints/activity.ts";
import { chatCompletions } from "./endpoints/chat-completions.ts";
import { completions } from "./endpoints/completions.ts";
import { credits } from "./endpoints/credits.ts";
import { generation } from "./endpoints/generation.ts";
import { key } from "./endpoints/key.ts";
import { messages } from "./endpoints/messages.ts";
import { countModels, listModels, readModel, readModelEndpoints } from "./endpoints/models.ts";
import { responses } from "./endpoints/responses.ts";

/** Every endpoint the server has. Of several that fit a request the first one answers it. */
export const endpoints: readonly Endpoint[] = [
  chatCompletions,
  completions,
  responses,
  messages,
  ...listModels,
  countModels,
  readModelEndpoints,
  ...readModel,
  key,
  generation,
  credits,
  activity,
];
