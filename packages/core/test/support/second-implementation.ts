import { createHash, createHmac, createPublicKey, hkdfSync, verify } from "node:crypto";

// What docs/seal.md and docs/entry-format.md say, written a second time from those pages alone. Nothing of src is
// imported here: when the two disagree, one of them is not what the pages say.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** RFC 8785, for values that came out of JSON.parse. */
export function jcs(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(jcs).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort(); // JavaScript compares UTF-16 code units, as RFC 8785 wants
  return `{${members.map((name) => `${JSON.stringify(name)}:${jcs(value[name]!)}`).join(",")}}`;
}

export function withoutLoneSurrogates(value: Json): Json {
  if (typeof value === "string")
    return value.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (s) =>
      s.length === 2 ? s : "\ufffd",
    );
  if (Array.isArray(value)) return value.map(withoutLoneSurrogates);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      withoutLoneSurrogates(name) as string,
      withoutLoneSurrogates(member),
    ]),
  );
}

const sha256 = (...parts: (string | Buffer)[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** RFC 6962 section 2.1, word for word. */
export function merkleTreeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0]!);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.of(1), merkleTreeHash(leaves.slice(0, k)), merkleTreeHash(leaves.slice(k)));
}

/** The text of a C2SP signed note, when the key signed it. */
export function openSignedNote(note: string, vkey: string): string | null {
  const split = note.lastIndexOf("\n\n");
  const text = note.slice(0, split + 1);
  for (const line of note.slice(split + 2, -1).split("\n")) {
    const [dash, name, blob] = line.split(" ");
    if (dash === "\u2014" && vkey.startsWith(`${name}+`) && signed(text, blob!, vkey)) return text;
  }
  return null;
}

function signed(text: string, signature: string, vkey: string): boolean {
  const [name, id, base64] = /^(.*)\+([0-9a-f]{8})\+(.*)$/.exec(vkey)!.slice(1) as [string, string, string];
  const typed = Buffer.from(base64, "base64");
  if (typed[0] !== 1 || sha256(`${name}\n`, typed).subarray(0, 4).toString("hex") !== id) return false;
  const blob = Buffer.from(signature, "base64");
  if (blob.length !== 68 || blob.subarray(0, 4).toString("hex") !== id) return false;
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: typed.subarray(1).toString("base64url") },
    format: "jwk",
  });
  return verify(null, Buffer.from(text), key, blob.subarray(4));
}

/** Checks one whole log, given its lines in order. Throws with a reason when it is not as the page says. */
export function checkLog(lines: readonly string[], rootVkey: string): void {
  const leaves: Buffer[] = [];
  let logKey = "";
  lines.forEach((line, seq) => {
    const cut = /,"chain_hash":"([^"]{44})","signature":"([^"]{92}|)"\}$/.exec(line);
    if (!cut) throw new Error(`line ${seq} has no seal`);
    const leaf = `${line.slice(0, cut.index)}}`;
    const entry = JSON.parse(leaf) as Record<string, Json>;
    if (jcs(entry) !== leaf) throw new Error(`line ${seq} is not canonical`);
    if (entry.seq !== seq) throw new Error(`line ${seq} has seq ${String(entry.seq)}`);
    leaves.push(Buffer.from(leaf));
    if (merkleTreeHash(leaves).toString("base64") !== cut[1]) throw new Error(`root of line ${seq}`);
    if (seq === 0) {
      if (entry.event_type !== "audit.opened") throw new Error("no audit.opened");
      const detail = entry.detail as { log_key: string; delegation: string };
      logKey = detail.log_key;
      const [kind, origin, key] = openSignedNote(detail.delegation, rootVkey)?.split("\n") ?? [];
      if (kind !== "openrouter-audit/log-delegation/v1" || origin !== entry.log || key !== logKey)
        throw new Error("the delegation is not the root key's");
    }
    const checkpoint = `${entry.log as string}\n${seq + 1}\n${cut[1]}\n`;
    if (
      cut[2] &&
      openSignedNote(`${checkpoint}\n\u2014 ${entry.log as string} ${cut[2]}\n`, logKey) !== checkpoint
    )
      throw new Error(`signature of line ${seq}`);
    if (!cut[2] && seq === lines.length - 1) throw new Error("unsigned tail");
  });
}

type Fields = { [name: string]: Json };
const fieldsOf = (value: Json | undefined): Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** The bytes a response digest is made over, of the bodies or stream chunks of an answer. */
export function responseForm(bodies: readonly Json[]): string {
  const choices = new Map<number, { [name: string]: Json }>();
  const calls = new Map<string, { id: string; name: string; arguments: string }>();
  for (const body of bodies)
    listOf(fieldsOf(body).choices).forEach((value, position) => {
      const choice = fieldsOf(value);
      const index = (choice.index as number | undefined) ?? position;
      const known = choices.get(index) ?? {
        audio: null,
        content: "",
        images: [],
        reasoning: "",
        refusal: "",
      };
      choices.set(index, known);
      const said = fieldsOf(choice.message ?? choice.delta);
      for (const part of listOf(said.content)) {
        if (fieldsOf(part).type === "text") known.content += textOf(fieldsOf(part).text);
        else (known.images as Json[]).push(part);
      }
      for (const name of ["content", "reasoning", "refusal"]) known[name] += textOf(said[name]);
      (known.images as Json[]).push(...listOf(said.images));
      if (said.audio) {
        const before = fieldsOf(known.audio);
        const now = fieldsOf(said.audio);
        const joined = (name: string) => textOf(before[name]) + textOf(now[name]);
        known.audio = { data: joined("data"), transcript: joined("transcript") };
      }
      const legacy = said.function_call ? [{ index: 0, function: said.function_call }] : [];
      [...listOf(said.tool_calls), ...legacy].forEach((value, position) => {
        const call = fieldsOf(value);
        const called = fieldsOf(call.function ?? call.custom);
        const key = `${index} ${String(call.index ?? position).padStart(9, "0")}`;
        const before = calls.get(key) ?? { id: "", name: "", arguments: "" };
        calls.set(key, {
          id: before.id || textOf(call.id),
          name: before.name || textOf(called.name),
          arguments: before.arguments + textOf(called.arguments) + textOf(called.input),
        });
      });
    });
  const inOrder = [...choices.entries()].sort(([a], [b]) => a - b);
  const form = inOrder.map(([index, choice]) => {
    const own = [...calls.keys()].filter((key) => key.startsWith(`${index} `)).sort();
    return {
      audio: choice.audio && mapped(fieldsOf(choice.audio), (text) => textHash(text)),
      content: textHash(choice.content!),
      images: (choice.images as Json[]).map(valueHash),
      reasoning: textHash(choice.reasoning!),
      refusal: textHash(choice.refusal!),
      tool_calls: own.map((key) => ({ ...calls.get(key)!, arguments: textHash(calls.get(key)!.arguments) })),
    };
  });
  return jcs(withoutLoneSurrogates(form as Json));
}

const mapped = (fields: Fields, change: (value: Json) => Json): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
const textHash = (text: Json): string => sha256(withoutLoneSurrogates(text) as string).toString("hex");
const valueHash = (value: Json): string => sha256(jcs(withoutLoneSurrogates(value))).toString("hex");

const hkdf = (secret: string | Buffer, info: string, bytes = 32): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), info, bytes));

export function digestKeyId(secret: string): string {
  return hkdf(secret, "openrouter-audit/digest-key-id/v1", 4).toString("hex");
}

export function rootSeed(secret: string): Buffer {
  return hkdf(secret, "openrouter-audit/root-ed25519/v1");
}

export function digest(
  secret: string | null,
  field: string,
  tenant: string | null,
  bytes: string | Buffer,
): string {
  if (secret === null) return `sha256:${sha256(bytes).toString("hex")}`;
  const key = hkdf(
    hkdf(secret, "openrouter-audit/digest/v1"),
    `openrouter-audit/digest/v1/${field}/${tenant ?? ""}`,
  );
  return `hmac-sha256:${digestKeyId(secret)}:${createHmac("sha256", key).update(sha256(bytes)).digest("hex")}`;
}

export function vkeyOf(name: string, publicKey: Buffer): string {
  const typed = Buffer.concat([Buffer.of(1), publicKey]);
  return `${name}+${sha256(`${name}\n`, typed).subarray(0, 4).toString("hex")}+${typed.toString("base64")}`;
}
