import { text } from "../value-types.ts";

/** A log as a URI reference: its origin, each segment of it percent-encoded. */
export function sourceOf(log: unknown, base: string): string {
  const segments = (text(log) ?? "unknown").split("/").filter((segment) => segment !== "");
  return `${base}/${segments.map(encodeURIComponent).join("/")}`;
}
