import { checkOptions, type OptionRules, textLike } from "@openrouter-audit/core/sink";
import type { CloudEventsOptions } from "./cloud-events.ts";

/** RFC 3986, without query and fragment: the log is added to the path. */
const uri = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;

const words = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

const rules: OptionRules<CloudEventsOptions> = {
  source: [
    (value) => value === "" || (typeof value === "string" && uri.test(value)),
    "a URI without query and fragment, such as https://shop.example/audit",
  ],
  type: textLike(words, "words joined by dots, such as example.shop.audit"),
  dataref: [
    (value) => typeof value === "function",
    "a function that answers with the URI of an entry's data",
  ],
};

/** @throws AuditError `INVALID_OPTIONS` */
export function checkedOptions(options: CloudEventsOptions) {
  checkOptions("cloudEvents", options, rules);
  const { source = "", type = "openrouter-audit", dataref } = options;
  return { source: source.replace(/\/+$/, ""), type, dataref };
}
