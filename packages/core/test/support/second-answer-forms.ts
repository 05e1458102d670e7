import { type Json, jcs, responseForm, withoutLoneSurrogates } from "./second-implementation.ts";
import { blockForm, blocksOf } from "./second-message-blocks.ts";
import { itemForm, outputOf } from "./second-response-items.ts";
import { type Fields, fieldsOf, h, listOf } from "./second-values.ts";

// The digested values of every endpoint, written a second time from the tables of docs/entry-format.md alone. Answers are
// put together whole and in the plainest way: nothing here is made while it streams.

const wholeMembers: { readonly [eventType: string]: string } = {
  chat_completion: "messages",
  completion: "prompt",
  embedding: "input",
  transcription: "input_audio",
  batch: "requests",
};
const severalMembers: { readonly [eventType: string]: readonly string[] } = {
  response: ["input", "instructions"],
  message: ["messages", "system"],
  rerank: ["documents", "query"],
  image: ["input_references", "prompt"],
  speech: ["input", "input_references", "instructions"],
  video: ["frame_images", "input_references", "prompt"],
};

/** The bytes a prompt digest is made over; null when the body has no digested value, and its own bytes count. */
export function promptForm(eventType: string, body: Fields): string | null {
  const names = severalMembers[eventType];
  const own = wholeMembers[eventType];
  const value = names
    ? Object.fromEntries(names.map((name) => [name, body[name] ?? null]))
    : ((own && body[own]) ?? null);
  if (names?.every((name) => (value as Fields)[name] === null)) return null;
  return value === null ? null : jcs(withoutLoneSurrogates(value as Json));
}

/** The bytes a response digest is made over, of a whole body or of the events of a stream. */
export function answerForm(
  eventType: string,
  answer: { readonly whole: Fields } | { readonly events: Json[] },
): string {
  const bodies = "whole" in answer ? [answer.whole as Json] : answer.events;
  return jcs(withoutLoneSurrogates(valueIn(eventType, bodies, "whole" in answer) as Json));
}

function valueIn(eventType: string, bodies: Json[], isWhole: boolean): unknown {
  const [body] = bodies.map(fieldsOf);
  switch (eventType) {
    case "chat_completion":
      return JSON.parse(responseForm(bodies));
    case "completion":
      return JSON.parse(responseForm(bodies.map(asChat)));
    case "response":
      return (isWhole ? listOf(body!.output) : outputOf(bodies.map(fieldsOf))).map(itemForm);
    case "message":
      return (isWhole ? listOf(body!.content) : blocksOf(bodies.map(fieldsOf))).map(blockForm);
    case "embedding": {
      const data = listOf(body!.data).map(
        (value, position) => ({ index: position, ...fieldsOf(value) }) as Fields,
      );
      return data.sort((a, b) => Number(a.index) - Number(b.index)).map(({ embedding }) => h(embedding));
    }
    case "rerank":
      return listOf(body!.results).map((value) => {
        const { index, relevance_score } = fieldsOf(value);
        return { index, relevance_score };
      });
    case "image": {
      const images = isWhole
        ? listOf(body!.data)
        : bodies.filter((event) => fieldsOf(event).type === "image_generation.completed");
      return images.map(fieldsOf).map(({ b64_json, url }) => h(b64_json ?? url));
    }
    case "transcription":
      return h(body!.text);
    case "batch_status":
      return listOf(body!.results).map(h);
    default:
      throw new Error(`No form for ${eventType}`);
  }
}

function asChat(body: Json): Json {
  const choices = listOf(fieldsOf(body).choices).map((value) => {
    const { text = "", reasoning = "", ...choice } = fieldsOf(value);
    return { ...choice, message: { content: text, reasoning } };
  });
  return { choices };
}
