export { googleCloudSink } from "./google-cloud-sink.ts";
export { linesOf } from "./lines-of.ts";
export type { GoogleCloudSinkOptions } from "./options.ts";
