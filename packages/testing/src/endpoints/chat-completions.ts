import { chatSkin } from "../chat-skin.ts";
import { completionEndpoint } from "../completion-endpoint.ts";

/** Chat completions. */
export const chatCompletions = completionEndpoint("/api/v1/chat/completions", chatSkin);
