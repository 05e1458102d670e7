// How what stands in a log is shown to a person. Light: it starts no engine.
export {
  bytesInWords,
  count,
  dollars,
  duration,
  many,
  moment,
  percent,
  unknown,
} from "./render/amounts.ts";
export { jsonLine, visible } from "./render/visible.ts";
