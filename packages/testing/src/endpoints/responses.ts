import { completionEndpoint } from "../completion-endpoint.ts";
import { responsesSkin } from "../responses/responses-skin.ts";

/** Completions in the form of OpenAI's Responses. */
export const responses = completionEndpoint("/api/v1/responses", responsesSkin);
