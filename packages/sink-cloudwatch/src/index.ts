export { cloudWatchSink } from "./cloud-watch-sink.ts";
export type { CloudWatchSinkOptions } from "./options.ts";
