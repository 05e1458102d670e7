import { operations } from "./clients/operations.ts";

/** What a chat completion is asked with. */
export const hello = operations.chat.body;
