import { digestResponse } from "@openrouter-audit/core";
import { secret } from "../support/audited-world.ts";
import { operations } from "../support/clients/operations.ts";
import type { Form } from "./rows.ts";

const answers: Readonly<Record<Form, (text: string) => object>> = {
  chat: (content) => ({ choices: [{ index: 0, message: { role: "assistant", content } }] }),
  response: (text) => ({ output: [{ type: "message", content: [{ type: "output_text", text }] }] }),
  message: (text) => ({ content: [{ type: "text", text }] }),
};

/** The digests of an answer that says the first words of a text, for each number of words. */
export function partialDigests(form: Form, text: string): string[] {
  const words = text.split(/(?= )/);
  const { eventType } = operations[form];
  return words.map((_, count) => {
    return digestResponse(answers[form](words.slice(0, count + 1).join("")), { secret, eventType })!;
  });
}
