import type { AuditEntry } from "@openrouter-audit/core";
import { checkOptions, type OptionRules, textLike } from "@openrouter-audit/core/sink";

export interface CloudEventsOptions {
  /** A URI that the source of each event begins with, so that it is unique in the world: `https://shop.example/audit`. @default "" */
  readonly source?: string;
  /** What each type begins with, a reversed domain of yours: `example.shop.audit`. @default "openrouter-audit" */
  readonly type?: string;
  /**
   * Where the data of an entry can be had. Given, an event of more than 64 KiB has this `dataref` in place of `data`. Must not throw.
   * @default larger events have their data like any other
   */
  readonly dataref?: (entry: AuditEntry) => string;
}

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
