export type { StdoutSinkOptions } from "./stdout-options.ts";
export { stdoutSink } from "./stdout-sink.ts";
