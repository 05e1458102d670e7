import type { Call, Endpoint } from "../endpoint.ts";
import { answerModality, refuseModality } from "./answer-modality.ts";
import type { ModalityTask } from "./modality-task.ts";

/** An endpoint for inference that makes no text, told by how its requests are to be understood. */
export function modalityEndpoint(
  path: string,
  read: (call: Call) => ModalityTask | Promise<ModalityTask>,
): Endpoint {
  return {
    method: "POST",
    path,
    key: "inference",
    answer: async (call) => answerModality(call, await read(call)),
    refuse: async (call, error) => refuseModality(call, await read(call), error),
  };
}
