/** The parts of a chat request that the fake looks at; everything else is kept and ignored, as OpenRouter does. */
export interface ChatRequest {
  readonly model?: string;
  readonly models?: readonly string[];
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly tools?: readonly ChatTool[] | null;
  readonly tool_choice?:
    | "none"
    | "auto"
    | "required"
    | { readonly function?: { readonly name: string } }
    | null;
  readonly response_format?: ResponseFormat | null;
  readonly reasoning?: ReasoningRequest | null;
  readonly reasoning_effort?: string | null;
  readonly include_reasoning?: boolean | null;
  readonly provider?: ProviderPreferences | null;
  readonly debug?: { readonly echo_upstream_body?: boolean } | null;
  readonly user?: string;
  readonly session_id?: string;
}

/** A message of the conversation. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly { readonly type: string; readonly text?: string }[] | null;
  readonly tool_calls?: readonly unknown[];
}

/** A tool the model may call; only those of type `function` are called by the fake. */
export interface ChatTool {
  readonly type: string;
  readonly function?: { readonly name: string; readonly parameters?: unknown };
}

interface ResponseFormat {
  readonly type: string;
  readonly json_schema?: { readonly schema?: unknown };
}

/** How a request asks for reasoning. */
export interface ReasoningRequest {
  readonly effort?: string;
  readonly enabled?: boolean;
  readonly exclude?: boolean;
  readonly max_tokens?: number;
}

interface ProviderPreferences {
  readonly only?: readonly string[] | null;
  readonly ignore?: readonly string[] | null;
  readonly zdr?: boolean | null;
  readonly data_collection?: "allow" | "deny" | null;
}

/** What is wrong with a body that is no chat request, in OpenRouter's words where they are known; else `undefined`. */
export function complaintAbout(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "Invalid JSON in request body";
  const { messages, model, models, tools } = body as Record<string, unknown>;
  if (messages === undefined) return 'Input required: specify "prompt" or "messages"';
  if (!Array.isArray(messages) || messages.length === 0)
    return "messages: expected a list with at least one message";
  const nameless = messages.findIndex((message) => typeof message?.role !== "string");
  if (nameless >= 0) return `messages.${nameless}.role: expected text`;
  if (model !== undefined && typeof model !== "string") return "model: expected text";
  if (models !== undefined && !Array.isArray(models)) return "models: expected a list of model ids";
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) return "tools: expected a list";
  return undefined;
}

/** The text of a message, whatever form its content has. */
export function messageText({ content }: ChatMessage): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("");
}

/** The text of the last message a user wrote. */
export function lastUserText({ messages }: ChatRequest): string {
  const last = messages.findLast((message) => message.role === "user");
  return last ? messageText(last) : "";
}
