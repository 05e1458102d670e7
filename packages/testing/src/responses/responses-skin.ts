import { contentBlocks, halfOfBlocks } from "../content-blocks.ts";
import { errorType, type Skin } from "../skin.ts";
import { outputItems } from "./responses-items.ts";
import { chatOfResponses, complaintAboutResponses, type ResponsesRequest } from "./responses-request.ts";
import { responsesEnd, responsesResult } from "./responses-result.ts";
import { responsesStreamEvents } from "./responses-stream.ts";

/** OpenAI's Responses, as OpenRouter speaks them: without state, with the cost in `usage`. */
export const responsesSkin: Skin = {
  complaintAbout: complaintAboutResponses,
  read: (body) => chatOfResponses(body as ResponsesRequest),
  whole(answer, failure) {
    const blocks = failure ? halfOfBlocks(answer) : contentBlocks(answer);
    const output = outputItems(blocks, answer);
    return responsesResult(answer, { ...responsesEnd(answer, failure), output });
  },
  events: responsesStreamEvents,
  errorBody: (body) => ({ ...body, error_type: errorType(body.error) }),
};
