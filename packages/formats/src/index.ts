export { toCef } from "./cef/to-cef.ts";
export { type CloudEventsOptions, cloudEvents, toCloudEvents } from "./cloudevents/cloud-events.ts";
export { toEcs } from "./ecs/to-ecs.ts";
export { toOcsf } from "./ocsf/to-ocsf.ts";
