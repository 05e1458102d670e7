export type { StdoutSinkOptions } from "./options.ts";
export { stdoutSink } from "./stdout-sink.ts";
