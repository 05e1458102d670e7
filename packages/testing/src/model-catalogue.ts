/** How a model's own interface words the end of an answer. */
export interface NativeFinishReasons {
  readonly stop: string;
  readonly length: string;
  readonly tool_calls: string;
}

/** A model that the fake serves. Prices are in US dollars for one token. */
export interface CatalogueModel {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly tokenizer: string;
  readonly contextLength: number;
  readonly promptPriceUsd: number;
  readonly completionPriceUsd: number;
  readonly reasons: boolean;
  readonly images: boolean;
  /** Whether `:free` may follow the id. */
  readonly free: boolean;
  /** Whether its endpoint keeps no data, so that requests with `provider.zdr` may use it. */
  readonly zeroDataRetention: boolean;
  /** Whether its endpoint trains on prompts, so that `provider.data_collection: "deny"` rules it out. */
  readonly trains: boolean;
  /** Whether the provider stops working, and billing, when the client leaves a stream. */
  readonly stopsWhenCancelled: boolean;
  readonly native: NativeFinishReasons;
}

const plain: NativeFinishReasons = { stop: "stop", length: "length", tool_calls: "tool_calls" };
const responses: NativeFinishReasons = {
  stop: "completed",
  length: "max_output_tokens",
  tool_calls: "completed",
};
const anthropic: NativeFinishReasons = { stop: "end_turn", length: "max_tokens", tool_calls: "tool_use" };
const google: NativeFinishReasons = { stop: "STOP", length: "MAX_TOKENS", tool_calls: "STOP" };

type Essentials = Pick<
  CatalogueModel,
  "id" | "name" | "provider" | "tokenizer" | "contextLength" | "promptPriceUsd" | "completionPriceUsd"
>;

const model = (essentials: Essentials, differing: Partial<CatalogueModel> = {}): CatalogueModel => ({
  reasons: false,
  images: false,
  free: false,
  zeroDataRetention: true,
  trains: false,
  stopsWhenCancelled: true,
  native: plain,
  ...essentials,
  ...differing,
});

/** The models that exist unless the server was started with others. Names are real, prices only plausible. */
export const modelCatalogue: readonly CatalogueModel[] = [
  model(
    {
      id: "openai/gpt-5-mini",
      name: "OpenAI: GPT-5 Mini",
      provider: "OpenAI",
      tokenizer: "GPT",
      contextLength: 400_000,
      promptPriceUsd: 0.000_000_25,
      completionPriceUsd: 0.000_002,
    },
    { reasons: true, images: true, native: responses },
  ),
  model(
    {
      id: "openai/gpt-4o-mini",
      name: "OpenAI: GPT-4o-mini",
      provider: "OpenAI",
      tokenizer: "GPT",
      contextLength: 128_000,
      promptPriceUsd: 0.000_000_15,
      completionPriceUsd: 0.000_000_6,
    },
    { images: true },
  ),
  model(
    {
      id: "anthropic/claude-sonnet-4.5",
      name: "Anthropic: Claude Sonnet 4.5",
      provider: "Anthropic",
      tokenizer: "Claude",
      contextLength: 1_000_000,
      promptPriceUsd: 0.000_003,
      completionPriceUsd: 0.000_015,
    },
    { reasons: true, images: true, native: anthropic },
  ),
  model(
    {
      id: "anthropic/claude-haiku-4.5",
      name: "Anthropic: Claude Haiku 4.5",
      provider: "Anthropic",
      tokenizer: "Claude",
      contextLength: 200_000,
      promptPriceUsd: 0.000_001,
      completionPriceUsd: 0.000_005,
    },
    { reasons: true, images: true, native: anthropic },
  ),
  model(
    {
      id: "google/gemini-2.5-flash",
      name: "Google: Gemini 2.5 Flash",
      provider: "Google",
      tokenizer: "Gemini",
      contextLength: 1_048_576,
      promptPriceUsd: 0.000_000_3,
      completionPriceUsd: 0.000_002_5,
    },
    { reasons: true, images: true, stopsWhenCancelled: false, native: google },
  ),
  model(
    {
      id: "meta-llama/llama-3.3-70b-instruct",
      name: "Meta: Llama 3.3 70B Instruct",
      provider: "DeepInfra",
      tokenizer: "Llama3",
      contextLength: 131_072,
      promptPriceUsd: 0.000_000_13,
      completionPriceUsd: 0.000_000_39,
    },
    { free: true },
  ),
  model(
    {
      id: "mistralai/mistral-small-3.2-24b-instruct",
      name: "Mistral: Mistral Small 3.2 24B",
      provider: "Mistral",
      tokenizer: "Mistral",
      contextLength: 131_072,
      promptPriceUsd: 0.000_000_1,
      completionPriceUsd: 0.000_000_3,
    },
    { stopsWhenCancelled: false },
  ),
  model(
    {
      id: "deepseek/deepseek-chat-v3.1",
      name: "DeepSeek: DeepSeek V3.1",
      provider: "DeepSeek",
      tokenizer: "DeepSeek",
      contextLength: 163_840,
      promptPriceUsd: 0.000_000_27,
      completionPriceUsd: 0.000_001,
    },
    { free: true, zeroDataRetention: false, trains: true },
  ),
];
