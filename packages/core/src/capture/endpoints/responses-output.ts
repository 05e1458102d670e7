import { type Fields, integerOf, textOf } from "./json-fields.ts";
import { type PartList, ResponsesItem } from "./responses-item.ts";

interface TextEvent {
  readonly item: string;
  /** Where the text is one part of several. */
  readonly list?: PartList;
  readonly part?: string;
  /** The member of the `done` event that holds the whole text. */
  readonly whole: string;
}

/** The texts that come in pieces, by the name of their events. */
const textEvents: ReadonlyMap<string, TextEvent> = new Map<string, TextEvent>([
  ["output_text", { item: "message", list: "content", part: "output_text", whole: "text" }],
  // So some of OpenRouter's pages call it.
  ["content_part", { item: "message", list: "content", part: "output_text", whole: "text" }],
  ["refusal", { item: "message", list: "content", part: "refusal", whole: "refusal" }],
  ["reasoning_text", { item: "reasoning", list: "content", part: "reasoning_text", whole: "text" }],
  ["reasoning_summary_text", { item: "reasoning", list: "summary", part: "summary_text", whole: "text" }],
  ["function_call_arguments", { item: "function_call", whole: "arguments" }],
  ["custom_tool_call_input", { item: "custom_tool_call", whole: "input" }],
]);

/** The output of a response. Of what is told more than once, in pieces and then whole, the last counts. */
export class ResponsesOutput {
  readonly #items = new Map<number, ResponsesItem>();

  /** In their order. */
  get items(): ResponsesItem[] {
    return [...this.#items.entries()].sort(([a], [b]) => a - b).map(([, item]) => item);
  }

  get begun(): boolean {
    for (const item of this.#items.values()) if (item.begun) return true;
    return false;
  }

  /** All items at once. None does not undo those that were told. */
  set(items: readonly unknown[]): void {
    if (items.length === 0) return;
    this.#items.clear();
    items.forEach((item, index) => {
      this.#items.set(index, new ResponsesItem(item));
    });
  }

  /** Adds what an event of a stream says, whatever it is. */
  event(type: string, event: Fields): void {
    const [, name = "", step] = /^response\.(\w+)\.(added|delta|done)$/.exec(type) ?? [];
    const text = textEvents.get(name);
    if (name === "output_item" && event.item !== undefined)
      this.#items.set(placeIn(event.output_index), new ResponsesItem(event.item));
    else if (step === "delta" && text) this.#addText(text, event);
    else if (name === "content_part" && event.part !== undefined)
      this.#setPart("message", "content", event.content_index, event);
    else if (name === "reasoning_summary_part" && event.part !== undefined)
      this.#setPart("reasoning", "summary", event.summary_index, event);
    else if (step === "done" && text && typeof event[text.whole] === "string") this.#setText(text, event);
  }

  #addText({ item, list, part = "" }: TextEvent, event: Fields): void {
    const piece = textOf(event.delta);
    if (list) this.#item(event, item).addText(list, placeOfPart(list, event), part, piece);
    else this.#item(event, item).addGiven(piece);
  }

  #setText({ item, list, part, whole }: TextEvent, event: Fields): void {
    const text = textOf(event[whole]);
    if (!list) this.#item(event, item).setGiven(text);
    else this.#item(event, item).setPart(list, placeOfPart(list, event), { type: part, [whole]: text });
  }

  #setPart(type: string, list: PartList, index: unknown, event: Fields): void {
    this.#item(event, type).setPart(list, placeIn(index), event.part);
  }

  /** The item of an event; one of this type when it was not announced. */
  #item(event: Fields, type: string): ResponsesItem {
    const place = placeIn(event.output_index);
    let item = this.#items.get(place);
    if (!item) {
      item = new ResponsesItem({ type });
      this.#items.set(place, item);
    }
    return item;
  }
}

const placeOfPart = (list: PartList, event: Fields) =>
  placeIn(list === "content" ? event.content_index : event.summary_index);

const placeIn = (index: unknown) => integerOf(index) ?? 0;
