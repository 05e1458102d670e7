export type { WebhookSinkOptions } from "./webhook-options.ts";
export { webhookSink } from "./webhook-sink.ts";
