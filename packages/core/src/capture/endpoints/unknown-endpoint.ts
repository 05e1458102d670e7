import { bodilessAnswer } from "./bodiless-answer.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Anything else under an OpenRouter host. What its bodies hold nobody knows, a complaint about them too, so that nothing of them
 * is kept but the code and type of an error.
 */
export const unknownEndpoint: Endpoint = {
  eventType: "unknown_endpoint",
  routes: [],
  mayCost: true,
  describeRequest: null,
  readAnswer: () => bodilessAnswer({ withMessage: false }),
};
