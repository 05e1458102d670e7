import { answerChat } from "../answer-chat.ts";
import type { Endpoint } from "../endpoint.ts";
import { newGenerationId } from "../generation-id.ts";
import { refuseChat } from "../refuse-chat.ts";

/** Chat completions, as JSON or as a stream. */
export const chatCompletions: Endpoint = {
  method: "POST",
  path: "/api/v1/chat/completions",
  key: "inference",
  answer: ({ service, request, behaviour }) => answerChat(service, request, behaviour),
  refuse: ({ service, request }, error) =>
    refuseChat(service, request, newGenerationId(service.now()), error),
};
