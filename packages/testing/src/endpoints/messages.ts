import { completionEndpoint } from "../completion-endpoint.ts";
import { messagesSkin } from "../messages/messages-skin.ts";

/** Completions in the form of Anthropic's Messages. */
export const messages = completionEndpoint("/api/v1/messages", messagesSkin, { takesApiKeyHeader: true });
