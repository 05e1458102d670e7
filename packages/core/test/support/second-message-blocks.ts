import type { Json } from "./second-implementation.ts";
import { type Fields, fieldsOf, h, hText, hValue, textOf, typeOf } from "./second-values.ts";

const blockTexts: { readonly [type: string]: string } = {
  text: "text",
  thinking: "thinking",
  compaction: "content",
};
const blockTools = ["tool_use", "server_tool_use", "mcp_tool_use"];
const typesOfDeltas: { readonly [type: string]: string } = {
  text_delta: "text",
  thinking_delta: "thinking",
  compaction_delta: "compaction",
  input_json_delta: "tool_use",
};

/** The form of one block of `content`. */
export function blockForm(value: Json): Json {
  const block = fieldsOf(value);
  const type = typeOf(block);
  const member = blockTexts[type ?? ""];
  if (member) return { [member]: hText(block[member]), type };
  const { id, name, input } = block;
  const digest = typeof block.written === "string" ? h(block.written) : hValue(input);
  if (blockTools.includes(type!)) return { id: textOf(id), input: digest, name: textOf(name), type };
  return { block: hValue(value), type };
}

/** The blocks of a stream, as its events put them together. `written` is an input that is no JSON. */
export function blocksOf(events: Fields[]): Json[] {
  const blocks: Fields[] = [];
  const pieces: string[] = [];
  for (const event of events) {
    const index = Number(event.index ?? 0);
    if (event.type === "content_block_start") blocks[index] = structuredClone(fieldsOf(event.content_block));
    if (event.type !== "content_block_delta") continue;
    const delta = fieldsOf(event.delta);
    blocks[index] ??= { type: typesOfDeltas[textOf(delta.type)]! };
    const block = blocks[index];
    const member = blockTexts[textOf(block.type)];
    if (member) block[member] = textOf(block[member]) + textOf(delta[member]);
    else pieces[index] = (pieces[index] ?? "") + textOf(delta.partial_json);
  }
  return blocks.map((block, index) => {
    const json = pieces[index];
    if (!json || !blockTools.includes(textOf(block.type))) return block;
    try {
      return { ...block, input: JSON.parse(json) };
    } catch {
      return { ...block, written: json };
    }
  });
}
