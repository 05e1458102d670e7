import { createHash } from "node:crypto";
import type { ContentBlock } from "../content-blocks.ts";

/** A block of `content` as it begins in a stream, with nothing told of it yet. */
export function emptyBlock(block: ContentBlock) {
  switch (block.kind) {
    case "reasoning":
      return { type: "thinking", thinking: "", signature: "" };
    case "text":
      return { type: "text", text: "", citations: null };
    case "tool_call":
      return {
        type: "tool_use",
        id: block.call.id,
        name: block.call.function.name,
        input: {},
        caller: { type: "direct" },
      };
  }
}

/** A block of `content` with all of it told. */
export function wholeBlock(block: ContentBlock) {
  const text = block.pieces.join("");
  switch (block.kind) {
    case "reasoning":
      return { ...emptyBlock(block), thinking: text, signature: signatureOf(text) };
    case "text":
      return { ...emptyBlock(block), text };
    case "tool_call":
      return { ...emptyBlock(block), input: parsed(text) };
  }
}

/** The deltas by which a stream tells a block: its pieces, and after reasoning its signature. */
export function blockDeltas({ kind, pieces, complete }: ContentBlock): object[] {
  switch (kind) {
    case "reasoning": {
      const signature = { type: "signature_delta", signature: signatureOf(pieces.join("")) };
      const told = pieces.map((thinking) => ({ type: "thinking_delta", thinking }));
      return complete ? [...told, signature] : told;
    }
    case "text":
      return pieces.map((text) => ({ type: "text_delta", text }));
    case "tool_call":
      return pieces.map((partial_json) => ({ type: "input_json_delta", partial_json }));
  }
}

const signatureOf = (thinking: string) => createHash("sha256").update(thinking).digest("base64");

// Scripted arguments may be no JSON; a whole message has no place for such text.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
