import { bodilessAnswer } from "./bodiless-answer.ts";
import type { Endpoint } from "./endpoint.ts";

/** What OpenRouter has to offer, as anybody may read it. */
export const catalogue: Endpoint = {
  eventType: "catalogue",
  routes: [
    "GET /models",
    "GET /models/user",
    "GET /models/count",
    "GET /models/{}/{}/endpoints",
    "GET /model/{}/{}",
    "GET /providers",
    "GET /endpoints/zdr",
    "GET /embeddings/models",
    "GET /images/models",
    "GET /images/models/{}/{}/endpoints",
    "GET /videos/models",
    "GET /benchmarks",
    "GET /classifications/task",
    "GET /datasets/app-rankings",
    "GET /datasets/rankings-daily",
    "GET /datasets/session-cost",
  ],
  mayCost: false,
  describeRequest: null,
  readAnswer: () => bodilessAnswer(),
};
