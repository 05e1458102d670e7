/**
 * In words, what stands where the id of a user was looked for and is none, and what to do about it. Never the value.
 *
 * @param place where it stands, as JavaScript that a function from `req` may say
 */
export function notAnIdentifier(value: unknown, place: string): string {
  if (value === "") return "an empty text, and names nobody: pass the option `user`.";
  if (typeof value === "number")
    return "a number that is not finite, and names nobody: pass the option `user`.";
  if (typeof value !== "object" || value === null)
    return `a ${typeof value}, and neither text nor number: pass the option \`user\`.`;
  const what = `${Array.isArray(value) ? "an array" : "an object"}, and neither text nor number: pass the option \`user\``;
  return saysItself(value) ? `${what}, as in user: (req) => String(${place}).` : `${what}.`;
}

/** The text of all others is the same for each of them ("[object Object]"): everybody would be one user. */
function saysItself(value: object): boolean {
  const { toString: said } = value;
  return typeof said === "function" && said !== Object.prototype.toString && !Array.isArray(value);
}
