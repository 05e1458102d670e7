import { chatResult } from "./chat-answer.ts";
import { type ChatRequest, complaintAbout } from "./chat-request.ts";
import { chatStreamEvents } from "./chat-stream.ts";
import type { Skin } from "./skin.ts";

/** Chat completions: the form the others are translated from. */
export const chatSkin: Skin = {
  complaintAbout,
  read: (body) => body as ChatRequest,
  whole: chatResult,
  events: chatStreamEvents,
  errorBody: (body) => body,
};
