import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const read = (name: string) =>
  JSON.parse(readFileSync(`test/vectors/schemas/${name}`, "utf8")) as Readonly<Record<string, unknown>>;

// The schemas have annotations of their own, and say types only where it matters to them.
const ocsf = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
ocsf.addSchema(read("ocsf-1.8.0-app.schema.json"), "ocsf");
const classes: Readonly<Record<number, string>> = {
  6003: "event_api_activity",
  1008: "event_event_log_actvity",
  2004: "event_detection_finding",
};

type Said = readonly { readonly instancePath: string; readonly message?: string }[];
const words = (errors: Said | null | undefined) =>
  (errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

/** What the published schema of an event's class has against it. */
export function flawsOfOcsf(event: object): readonly string[] {
  const { class_uid } = event as { readonly class_uid: number };
  if (classes[class_uid] === undefined) return [`no class ${class_uid}`];
  const validate = ocsf.getSchema(`ocsf#/$defs/${classes[class_uid]}`)!;
  return validate(event) ? [] : words(validate.errors);
}

const cloudEvents = addFormats.default(new Ajv({ strict: false, allErrors: true }));
const isCloudEvent = cloudEvents.compile(read("cloudevents-1.0.schema.json"));

/** What the published schema has against a CloudEvent. */
export function flawsOfCloudEvent(event: object): readonly string[] {
  return isCloudEvent(event) ? [] : words(isCloudEvent.errors);
}
