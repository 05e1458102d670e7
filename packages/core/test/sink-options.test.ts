import { describe, expect, test } from "@jest/globals";
import {
  aFunction,
  checkOptions,
  headersWithout,
  nameOfSink,
  type OptionRules,
  objectWith,
  oneOf,
  textLike,
  wholeNumber,
} from "../src/sink/index.ts";

interface Options {
  readonly url?: string;
  readonly client?: { send(): void };
  readonly mode?: "fast" | "safe";
  readonly bytes?: number;
  readonly retries?: number;
  readonly after?: () => void;
  readonly insecure?: boolean;
  readonly name?: string;
}

const rules: OptionRules<Options> = {
  url: textLike(/^https?:/, "a URL"),
  client: objectWith("send", "a client"),
  mode: oneOf("fast", "safe"),
  bytes: wholeNumber("bytes", 1024),
  retries: wholeNumber("tries", 0, 9),
  after: aFunction,
  insecure: [(value, { url }) => value === !url?.startsWith("https"), "what url says"],
  name: nameOfSink,
};

function check(given: unknown): void {
  checkOptions("fileSink", given as Options, rules, [["url", "client"]]);
}

const client = { send() {} };

test.each([
  { url: "https://x", mode: "safe", bytes: 1024, retries: 0, after() {}, insecure: false, name: "a.b-c_1" },
  { client, url: undefined, name: undefined, retries: 9, insecure: true },
])("%j is right", (given) => {
  expect(() => check(given)).not.toThrow();
});

const needed = /^fileSink needs the option "url" or "client", one and no more\.$/;
const rule = (option: string, mustBe: string) =>
  `Option "${option}" of fileSink is not right: must be ${mustBe}.`;

test.each([
  [undefined, "fileSink takes an object of options."],
  [null, "fileSink takes an object of options."],
  [{}, needed],
  [{ url: "https://x", client }, needed],
  [
    { url: undefined },
    /, one and no more\. "url" is undefined: if it comes from a variable, see that this is set\.$/,
  ],
  [{ url: "secret" }, rule("url", "a URL")],
  [{ url: ["https://x"] }, rule("url", "a URL")],
  [{ client: null }, rule("client", "a client")],
  [{ client: { send: 1 } }, rule("client", "a client")],
  [{ client, mode: "fas" }, rule("mode", 'one of "fast", "safe"')],
  [{ client, bytes: 1023 }, rule("bytes", "a whole number of bytes, at least 1024")],
  [{ client, bytes: "1024" }, rule("bytes", "a whole number of bytes, at least 1024")],
  [{ client, retries: 1.5 }, rule("retries", "a whole number of tries, from 0 to 9")],
  [{ client, retries: 10 }, rule("retries", "a whole number of tries, from 0 to 9")],
  [{ client, after: "now" }, rule("after", "a function")],
  [{ url: "http://x", insecure: false }, rule("insecure", "what url says")],
  [{ client, name: "A" }, /^Option "name" of fileSink is not right: must be 1 to 64 lower-case letters/],
  [
    { client, toString: 1 },
    /^There is no option "toString" of fileSink\. The options are: url, client, mode/,
  ],
])("%j is refused, and its value is not shown", (given, message) => {
  const told = { code: "INVALID_OPTIONS", message: expect.stringMatching(patternOf(message)) };
  expect(() => check(given)).toThrow(expect.objectContaining(told));
});

function patternOf(message: string | RegExp): RegExp {
  if (message instanceof RegExp) return message;
  return new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}

describe("headers", () => {
  const [holds, mustBe] = headersWithout("x-ours");

  test.each([{}, { authorization: "Bearer abc", "x-name": "Zoë" }])("%j are right", (headers) => {
    expect(holds(headers, {})).toBe(true);
  });

  test.each([
    [{ authorization: "Bearer …" }],
    [{ authorization: "a\nb" }],
    [{ authorization: undefined }],
    [{ authorization: ["a"] }],
    [{ "a b": "c" }],
    [{ "X-Ours": "1" }],
    [[["authorization", "a"]]],
    [new Headers({ authorization: "a" })],
    [null],
    ["authorization: a"],
  ])("%j are not, and are told so before anything is sent", (headers) => {
    expect(holds(headers, {})).toBe(false);
    expect(mustBe).toContain("x-ours");
  });
});

describe("an option that must be given", () => {
  test("is told by its rule when it is left out", () => {
    expect(() => checkOptions("fileSink", {}, rules, ["url"])).toThrow(rule("url", "a URL"));
  });
});
