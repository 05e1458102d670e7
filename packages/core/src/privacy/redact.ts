/** What stands in place of a secret. */
export const redacted = "[redacted]";

const secretName =
  /pass(?:word|wd|phrase)|pwd|jwt|cvv|secret|token(?!s|_count)|authorization|credential|cookie|api[-_]?key|private[-_]?key|access[-_]?key|session[-_]?key/i;

// No nested repetition, and every run that may fail has an end, so that a hostile text costs little more than its length.
const secrets: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\bsk-[A-Za-z0-9_-]{8,}/g, redacted],
  [/\beyJ[A-Za-z0-9_-]{8,1000}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, redacted],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${redacted}`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, redacted],
  [/\b(?:gh[pousr]|hf|npm|[rs]k_(?:live|test))_[A-Za-z0-9]{20,}/g, redacted],
  [/\b(?:github_pat_|glpat-)[A-Za-z0-9_-]{20,}/g, redacted],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/g, redacted],
  [/\bAIza[A-Za-z0-9_-]{30,}/g, redacted],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{0,256}:[^\s/@]{1,256}@/gi, `$1${redacted}@`],
];

// Card numbers begin with 2 to 6 (ISO/IEC 7812); a time in milliseconds begins with 1 and is left alone. They are written
// without gaps or in the groups that stand on cards: any other grouping would join dates, and two numbers side by side.
const cardNumber =
  /\b[2-6](?:\d{12,18}|\d{3}(?<gap>[ -])(?:\d{4}\k<gap>\d{4}\k<gap>\d{4}|\d{6}\k<gap>\d{4,5}))\b/g;

const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g;

// Nearly every text holds none of them, which one look tells in a tenth of the time. It may find too much, because it takes
// no notice of case: that costs a second look, no more.
const anySecret = new RegExp(
  [...secrets.map(([pattern]) => pattern), cardNumber, privateKey]
    .map(({ source }) => `(?:${source})`)
    .join("|"),
  "i",
);

/** Whether a member of this name holds a secret, whatever its value looks like. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Masks API keys, tokens, private keys, credentials in URLs and payment card numbers inside a text. */
export function redactText(text: string): string {
  if (!anySecret.test(text)) return text;
  let result = text;
  for (const [pattern, replacement] of secrets) result = result.replace(pattern, replacement);
  result = result.replace(cardNumber, (digits) => (passesLuhn(digits) ? redacted : digits));
  // Last: of a key that is cut off it takes everything up to the next hyphen, and that may be in another secret.
  return result.replace(privateKey, redacted);
}

function passesLuhn(text: string): boolean {
  let sum = 0;
  let double = false;
  for (const digit of text.replace(/\D/g, "").split("").reverse()) {
    const value = Number(digit) * (double ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    double = !double;
  }
  return sum % 10 === 0;
}
