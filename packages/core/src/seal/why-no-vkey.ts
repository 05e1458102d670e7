import { vkeyForm } from "./signed-note.ts";

/** What is wrong with a text that is no well-formed Ed25519 vkey, as the end of a sentence that does not show it. */
export function whyNoVkey(text: string): string {
  return vkeyForm.test(text)
    ? "it has the form name+id+base64, but the id is not that of this name and Ed25519 key: is a character of it wrong?"
    : "one has the form name+id+base64.";
}
