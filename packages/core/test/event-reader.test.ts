import { createParser } from "eventsource-parser";
import fc from "fast-check";
import { EventReader } from "../src/capture/bodies/event-reader.ts";
import type { AnswerReader } from "../src/capture/endpoints/endpoint.ts";
import { endpointNamed } from "../src/capture/endpoints/endpoints.ts";
import { silentAnswer } from "../src/capture/endpoints/silent-answer.ts";

const silent: AnswerReader = {
  json: () => undefined,
  event: () => undefined,
  end: () => undefined,
  describe: () => silentAnswer,
  begun: false,
  ended: false,
};
const ends = fc.constantFrom("\n", "\n", "\n", "\r\n", "\r");
const value = fc.oneof(
  fc.constantFrom("", " ", "  x", "[DONE]", "\ufeff", "ï»¿", "Grüße 👋", "a:b", "\u0000"),
  fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, "")),
);
const field = fc.constantFrom("data: ", "data: ", "data: ", "data:", "data", "event: ", "event:", "id: ");
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(field, value).map((parts) => parts.join("")) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", ": comment", "retry: 5", "retry: x", "datax: 1", "\ufeffdata: 2"),
  },
);
const lines = fc.array(fc.tuple(line, ends), { maxLength: 4 });
const events = fc.array(
  fc.tuple(lines, ends).map(([given, end]) => given.flat().join("") + end),
  {
    maxLength: 8,
  },
);
/** A document, some of whose bytes may be anything. */
const documents = fc
  .tuple(events, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }), fc.boolean())
  .map(([given, changes, isMarked]) => {
    const bytes = Buffer.from((isMarked ? "\ufeff" : "") + given.join(""));
    for (const [place, byte] of changes) if (bytes.length > 0) bytes[place % bytes.length] = byte;
    return bytes;
  });
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });

function inPieces(bytes: Buffer, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + lengths[pieces.length % lengths.length]!;
    pieces.push(Uint8Array.from(bytes.subarray(start, end)));
    start = end;
  }
  return pieces;
}

/** What the parser alone reads of all whole lines. It does not know that a document which ends in CR has ended. */
function parsed(bytes: Buffer): string[] {
  const read: string[] = [];
  const lines = bytes.subarray(0, Math.max(bytes.lastIndexOf("\n"), bytes.lastIndexOf("\r")) + 1);
  // A decoder takes the mark away.
  const parser = createParser({ onEvent: ({ data }) => read.push(data) });
  parser.feed("");
  parser.feed(new TextDecoder().decode(lines));
  return read;
}

test("reads of any document, however it is cut, what the parser reads of the whole", () => {
  fc.assert(
    fc.property(documents, sizes, (bytes, lengths) => {
      const read: string[] = [];
      const answer = { ...silent, event: (data: string) => void read.push(data) };
      const reader = new EventReader(answer);
      for (const piece of inPieces(bytes, lengths)) reader.add(piece);
      expect(read).toEqual(parsed(bytes));
    }),
    { numRuns: 5_000 },
  );
});

const content = fc.oneof(
  fc.constantFrom("", '"', "\\", "\n", "\\u4e16", "世界", "👋", "\ud83d", "\udc4b", "\ufeff"),
  fc.string({ unit: "binary", maxLength: 12 }),
);
/** As JSON text: some writers escape what others don't. */
const written = fc.oneof(
  { weight: 4, arbitrary: content.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: content.map((text) => JSON.stringify(text).replace(/[^\0-~]/g, escaped)) },
  { weight: 1, arbitrary: fc.constantFrom("null", '"\\', '"\\x"', '"a\tb"', '"a","content":"b"', '"\\"') },
);
/** Chunks that differ in the literal of their content alone. */
const alike = fc
  .record({
    line: fc.constantFrom("", "", "", "event: m\n", ': "content":"a"\n', "id: 1\n", 'data: {"a":"\n'),
    member: fc.constantFrom('"id":"1",', '"id":"2",', '"x":{"content":"a"},', '"x":"\\"",', ""),
    name: fc.constantFrom('"content":', '"content":', '"content":', '"content": ', '"cont\\u0065nt":'),
    last: fc.constantFrom("", "", "", ',"finish_reason":"stop"', ',"content":"c"', ',"\\u0063ontent":"d"'),
    literals: fc.array(written, { minLength: 1, maxLength: 5 }),
  })
  .map(({ line, member, name, last, literals }) =>
    literals.map(
      (literal) => `${line}data: {${member}"choices":[{"index":0,"delta":{${name}${literal}${last}}}]}\n\n`,
    ),
  );

test("says the same of a stream, however much of it goes on as it went before", () => {
  const documentsOfChunks = fc.tuple(
    fc.array(alike, { maxLength: 3 }),
    fc.constantFrom("\n", "\r\n", "\r"),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
  );
  fc.assert(
    fc.property(documentsOfChunks, sizes, ([chunks, end, changes], lengths) => {
      const bytes = Buffer.from(chunks.flat().join("").replaceAll("\n", end));
      for (const [place, byte] of changes) if (bytes.length > 0) bytes[place % bytes.length] = byte;
      expectTheSame(bytes, lengths);
    }),
    { numRuns: 2_000 },
  );
});

/** What is read of the bytes, in one piece, in these, and one by one, against what is made of each event by itself. */
function expectTheSame(bytes: Buffer, lengths: readonly number[] = [7]): void {
  const reference = endpointNamed("chat_completion")!.readAnswer();
  for (const data of parsed(bytes)) reference.event(data);
  for (const pieces of [[bytes], inPieces(bytes, lengths), inPieces(bytes, [1])]) {
    const answer = endpointNamed("chat_completion")!.readAnswer();
    const reader = new EventReader(answer);
    for (const piece of pieces) reader.add(piece);
    expect(answer.describe()).toEqual(reference.describe());
  }
}

const chunkOf = (before: string, delta: string) => `data: {${before}"choices":[{"delta":{${delta}}}]}\n\n`;

test.each([
  [
    "a content beside another of that name",
    [chunkOf('"x":{"content":"a"},', '"content": "a"'), chunkOf('"x":{"content":"b"},', '"content": "a"')],
  ],
  [
    "a content whose name is escaped",
    [
      chunkOf('"x":{"content":"a"},', '"cont\\u0065nt":"a"'),
      chunkOf('"x":{"content":"b"},', '"cont\\u0065nt":"a"'),
    ],
  ],
  [
    "a content in a comment",
    [
      `: "content":"a"\n${chunkOf("", '"content": "a"')}`,
      `: "content":"b"\n${chunkOf("", '"content": "a"')}`,
    ],
  ],
  ["an event that begins with a mark", ["\ufeff", ...Array(2).fill(`: \n${chunkOf("", '"content":"a"')}`)]],
  ["a second mark", Array(2).fill(`\ufeff${chunkOf("", '"content":"a"')}`)],
  ["a second mark before a comment", Array(3).fill(`\ufeff: \n${chunkOf("", '"content":"a"')}`)],
  ["a mark of three characters", [chunkOf("", '"content":"a"'), `ï»¿${chunkOf("", '"content":"b"')}`]],
  ["a backslash at the end", [chunkOf("", '"content":"a"'), chunkOf("", '"content":"\\"')]],
] as [string, string[]][])("takes %s for what it is", (_, chunks) => {
  expectTheSame(Buffer.from([...chunks, chunkOf("", '"content":"z"')].join("")));
});

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
