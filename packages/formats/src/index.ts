export { toCef } from "./cef/to-cef.ts";
export { cloudEvents, toCloudEvents } from "./cloudevents/cloud-events.ts";
export type { CloudEventsOptions } from "./cloudevents/options.ts";
export { toEcs } from "./ecs/to-ecs.ts";
export { toOcsf } from "./ocsf/to-ocsf.ts";
