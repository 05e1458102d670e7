import { OpenAIInstrumentation } from "@arizeai/openinference-instrumentation-openai";
import { observeOpenAI } from "@langfuse/openai";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";

/** The tracing SDKs that cost least of those that were measured, each with its defaults. */
export const peers = ["langfuse", "openinference"] as const;
export type Peer = (typeof peers)[number];

/** A client whose calls a tracing SDK records, as its documentation sets it up, and sends to the server it calls. */
export function tracedClient(peer: Peer, client: OpenAI): { readonly client: OpenAI } {
  const { origin } = new URL(client.baseURL);
  const processor = processors[peer](origin);
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  if (peer === "langfuse") return { client: observeOpenAI(client) };
  new OpenAIInstrumentation({ tracerProvider: provider }).manuallyInstrument(OpenAI);
  return { client };
}

const processors: Readonly<Record<Peer, (origin: string) => SpanProcessor>> = {
  langfuse: (baseUrl) => new LangfuseSpanProcessor({ publicKey: "none", secretKey: "none", baseUrl }),
  openinference: (origin) => new BatchSpanProcessor(new OTLPTraceExporter({ url: `${origin}/v1/traces` })),
};
