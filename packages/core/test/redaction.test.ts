import * as fc from "fast-check";
import { boundedText } from "../src/entry/bounded-text.ts";
import { isSecretName, redacted, redactText } from "../src/privacy/redact.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEpAIBAAKCAQEA+/=\n".repeat(20)}-----END RSA PRIVATE KEY-----`;

const secrets: [kind: string, secret: string][] = [
  ["an OpenRouter key", "sk-or-v1-0123456789abcdef0123456789abcdef"],
  ["another provider's key", "sk-proj-AbCdEfGhIjKlMnOp_-1234"],
  ["a JSON web token", jwt],
  ["an unsigned JSON web token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."],
  ["an AWS key id", "AKIAIOSFODNN7EXAMPLE"],
  ["a GitHub token", "ghp_0123456789abcdefghijABCDEFGHIJ012345"],
  ["a GitHub token of the newer kind", "github_pat_11ABCDEFG0_0123456789abcdefghijABCDEFGHIJ"],
  ["a GitLab token", ["glpat", "0123456789abcdefghij"].join("-")],
  ["a Hugging Face token", "hf_0123456789abcdefghijABCDEFGHIJ0123"],
  ["an npm token", "npm_0123456789abcdefghijABCDEFGHIJ012345"],
  ["a Stripe key", ["sk", "live", "0123456789abcdefghijABCD"].join("_")],
  ["a Slack token", ["xoxb", "123456789012", "abcdefghijkl"].join("-")],
  ["a Google key", "AIzaSyA-0123456789abcdefghijklmnopqrstu"],
  ["a private key", pem],
  ["a private key cut off", pem.slice(0, 200)],
  ["a card number", "4111111111111111"],
  ["a card number in groups", "5500 0000 0000 0004"],
  ["a card number with dashes", "3782-822463-10005"],
];

test.each(secrets)("%s is masked wherever it stands", (_kind, secret) => {
  for (const [before, after] of [
    ["", ""],
    ["Incorrect key: ", ", sorry"],
    ['{"k":"', '"}'],
    ["(", ")"],
    ["\n", "\n"],
  ]) {
    if (secret.startsWith("-----") && !secret.endsWith("-----") && after !== "") continue;
    expect(redactText(`${before}${secret}${after}`)).toBe(`${before}${redacted}${after}`);
  }
});

test.each([
  ["Authorization: Bearer abcdefgh12345678", `Authorization: Bearer ${redacted}`],
  ["basic dXNlcjpwYXNzd29yZA==", `basic ${redacted}`],
  ["https://ada:s3cret@db.example/x?y", `https://${redacted}@db.example/x?y`],
  ["postgres://ada:p:w@db/x", `postgres://${redacted}@db/x`],
  ["4111 1111 1111 1111 123 5500-0000-0000-0004", `${redacted} 123 ${redacted}`],
  ["redis://:s3cret@cache:6379", `redis://${redacted}@cache:6379`],
])("what gives access in %j is masked, and the rest is left", (text, masked) => {
  expect(redactText(text)).toBe(masked);
});

test.each([
  "What is the capital of France?",
  "The task-force asked for a risk-assessment.",
  "1764028800123 and 4111111111111112",
  "https://example.com:8080/a@b?c=d:e@f",
  "gen-1764028800-AbCdEfGhIjKlMnOpQrSt",
  "01a20ff7-6040-74e4-bca8-7fb851470460",
  "openai/gpt-4o-mini-2024-07-18",
  "Bearer of news",
  "npm-check-updates-and-friends-of-mine",
  "hf_transfer",
  "sk_test",
  "2026-11-24 10-20-30 and 2026 11 24 10 20 30 42",
])("%j is left alone", (text) => {
  expect(redactText(text)).toBe(text);
});

test.each([
  "password",
  "DB_PASSWD",
  "passphrase",
  "client_secret",
  "accessToken",
  "Authorization",
  "Set-Cookie",
  "apiKey",
  "x-api-key",
  "private_key",
  "credentials",
])("a member named %s holds a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each(["tokens", "prompt_tokens", "token_count", "keyboard", "author", "monkey", "key"])(
  "a member named %s does not",
  (name) => {
    expect(isSecretName(name)).toBe(false);
  },
);

test("a secret is never left half visible where a text is cut", () => {
  const piece = fc.constantFrom(...secrets.map(([, secret]) => secret), "redis://:s3cret@cache");
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      piece,
      fc.nat(700),
      fc.constantFrom(16, 64, 256, 500),
      (before, last, padding, limit) => {
        const text = `${before.join(" ")} ${".".repeat(padding)} ${last}${" end".repeat(600)}`;
        const kept = boundedText(text, limit)!;
        expect(kept.length).toBeLessThanOrEqual(limit + 12);
        expect(kept.endsWith("\u2026[truncated]")).toBe(true);
        for (let start = 4; start + 12 <= last.length; start += 1)
          expect(kept).not.toContain(last.slice(start, start + 12));
      },
    ),
    { numRuns: 500 },
  );
});

test("hostile text of a hundred kilobytes is masked about as fast as a plain one", () => {
  const size = 100_000;
  const filled = (piece: string) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
  const timeOf = (text: string) => {
    const runs = [1, 2, 3, 4, 5].map(() => {
      // Of the processor, which other processes take nothing of.
      const begun = process.cpuUsage();
      redactText(text);
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1e3;
    });
    return Math.min(...runs);
  };
  const plain = timeOf(filled("The quick brown fox jumps over the lazy dog. "));
  const hostile = [
    "eyJ",
    "-eyJ",
    "eyJaaaaaaaa.",
    "-eyJaaaaaaaaa",
    "sk-",
    "a://",
    "a://b:",
    "aa:",
    "Bearer ",
    "Bearer\t",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN ",
    "4 ",
    "4-4",
    "4111",
    "AKIA",
    "ghp_",
    "xoxb-",
    "AIza",
    " ",
    "@",
    "A ",
  ];
  for (const piece of hostile) {
    const time = timeOf(filled(piece));
    expect([piece, time < 500 + 50 * plain]).toEqual([piece, true]);
  }
});
