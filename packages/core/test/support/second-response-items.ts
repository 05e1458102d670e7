import type { Json } from "./second-implementation.ts";
import { type Fields, fieldsOf, hText, hValue, listOf, textOf, typeOf } from "./second-values.ts";

/** The form of one item of `output`. */
export function itemForm(value: Json): Json {
  const { id, status, ...item } = fieldsOf(value);
  const type = typeOf(item);
  const { name, call_id } = item;
  const called = { call_id: textOf(call_id), name: textOf(name), type };
  switch (type) {
    case "message":
      return { content: partsForm(item.content), type };
    case "reasoning":
      return { content: partsForm(item.content), summary: partsForm(item.summary), type };
    case "function_call":
      return { ...called, arguments: hText(item.arguments) };
    case "custom_tool_call":
      return { ...called, input: hText(item.input) };
    default:
      return { item: hValue(item), type };
  }
}

function partsForm(value: Json | undefined): Json[] {
  const parts = typeof value === "string" ? [{ type: "output_text", text: value }] : listOf(value);
  return parts.map((part) => {
    const fields = fieldsOf(part);
    const type = typeOf(fields);
    if (type === "refusal") return { refusal: hText(fields.refusal), type };
    if (["output_text", "reasoning_text", "summary_text"].includes(type!))
      return { text: hText(fields.text), type };
    return { part: hValue(part), type };
  });
}

const lastEvents = ["response.completed", "response.incomplete", "response.failed", "response.done"];
/** Of the events of a text: the type of its item, the list its part is in, the type of the part, and its member. */
const texts: {
  readonly [name: string]: readonly [item: string, list: string, part: string, member: string];
} = {
  output_text: ["message", "content", "output_text", "text"],
  refusal: ["message", "content", "refusal", "refusal"],
  reasoning_text: ["reasoning", "content", "reasoning_text", "text"],
  reasoning_summary_text: ["reasoning", "summary", "summary_text", "text"],
};
const givens: { readonly [name: string]: readonly [item: string, member: string] } = {
  function_call_arguments: ["function_call", "arguments"],
  custom_tool_call_input: ["custom_tool_call", "input"],
};

/** The items of a stream, as its events put them together. */
export function outputOf(events: Fields[]): Json[] {
  let items: Json[] = [];
  for (const event of events) {
    const type = textOf(event.type);
    const told = listOf(fieldsOf(event.response).output);
    if (lastEvents.includes(type) && told.length > 0) items = told;
    const [, name = "", step = ""] = /^response\.(\w+)\.(added|delta|done)$/.exec(type) ?? [];
    const place = Number(event.output_index ?? 0);
    const itemOf = (itemType: string): Fields => {
      items[place] ??= { type: itemType };
      return items[place] as Fields;
    };
    const listIn = (item: Fields, list: string): Json[] => {
      item[list] ??= [];
      return item[list] as Json[];
    };
    const index = Number(event.content_index ?? event.summary_index ?? 0);
    if (name === "output_item") items[place] = structuredClone(event.item!);
    if (name === "content_part") listIn(itemOf("message"), "content")[index] = structuredClone(event.part!);
    if (name === "reasoning_summary_part")
      listIn(itemOf("reasoning"), "summary")[index] = structuredClone(event.part!);
    if (texts[name]) {
      const [itemType, list, partType, member] = texts[name];
      const parts = listIn(itemOf(itemType), list);
      const before = step === "delta" ? fieldsOf(parts[index]) : {};
      const text = step === "delta" ? textOf(before[member]) + textOf(event.delta) : textOf(event[member]);
      parts[index] = { ...before, type: partType, [member]: text };
    }
    if (givens[name]) {
      const [itemType, member] = givens[name];
      const item = itemOf(itemType);
      item[member] = step === "delta" ? textOf(item[member]) + textOf(event.delta) : textOf(event[member]);
    }
  }
  return items;
}
