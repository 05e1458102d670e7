import { completionEndpoint } from "../completion-endpoint.ts";
import { textSkin } from "../text-completions/text-skin.ts";

/** Legacy completions. */
export const completions = completionEndpoint("/api/v1/completions", textSkin);
