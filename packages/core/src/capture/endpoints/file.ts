import { bodilessAnswer } from "./bodiless-answer.ts";
import type { Endpoint } from "./endpoint.ts";

/** Lists files, tells of one, deletes or promotes it: nothing of what is said of them is kept. */
export const file: Endpoint = {
  eventType: "file",
  routes: [
    "GET /files",
    "GET /files/{}",
    "DELETE /files/{}",
    "GET /containers/{}/files",
    "GET /containers/{}/files/{}",
    "DELETE /containers/{}/files/{}",
    "POST /containers/{}/files/{}/promote",
  ],
  mayCost: false,
  describeRequest: null,
  readAnswer: () => bodilessAnswer(),
};
