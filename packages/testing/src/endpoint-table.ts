import type { Endpoint } from "./endpoint.ts";
import { activity } from "./endpoints/activity.ts";
import { chatCompletions } from "./endpoints/chat-completions.ts";
import { credits } from "./endpoints/credits.ts";
import { generation } from "./endpoints/generation.ts";
import { key } from "./endpoints/key.ts";
import { countModels, listModels, readModel, readModelEndpoints } from "./endpoints/models.ts";

/** Every endpoint the server has. Of several that fit a request the first one answers it. */
export const endpoints: readonly Endpoint[] = [
  chatCompletions,
  ...listModels,
  countModels,
  readModelEndpoints,
  ...readModel,
  key,
  generation,
  credits,
  activity,
];
