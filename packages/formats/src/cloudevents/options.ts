import { AuditError } from "@openrouter-audit/core";
import type { CloudEventsOptions } from "./cloud-events.ts";

/** RFC 3986, without query and fragment: the log is added to the path. */
const uri = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;

const words = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

/** @throws AuditError `INVALID_OPTIONS` */
export function checkedOptions({ source = "", type = "openrouter-audit", dataref }: CloudEventsOptions) {
  if (source !== "" && !(typeof source === "string" && uri.test(source)))
    throw wrong("source", "a URI without query and fragment, such as https://shop.example/audit");
  if (typeof type !== "string" || !words.test(type))
    throw wrong("type", "words joined by dots, such as example.shop.audit");
  if (dataref !== undefined && typeof dataref !== "function")
    throw wrong("dataref", "a function that answers with the URI of an entry's data");
  return { source: source.replace(/\/+$/, ""), type, dataref };
}

function wrong(option: string, right: string): AuditError {
  return new AuditError(
    "INVALID_OPTIONS",
    `Option "${option}" of cloudEvents is not right: must be ${right}.`,
  );
}
