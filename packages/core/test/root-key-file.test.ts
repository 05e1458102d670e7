import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuditLog, publicKeyOf, publicKeyPem, verifyJournal, vkeyOf } from "../src/index.ts";
import { entriesIn, newDirectory, openLog, otherSecret, secret, writeLog } from "./support/journals.ts";
import { newRootKey, rawOf } from "./support/root-keys.ts";

function hasOpenssl(): boolean {
  try {
    return /^OpenSSL/.test(execFileSync("openssl", ["version"], { encoding: "utf8" }));
  } catch {
    console.warn("SKIPPED: there is no openssl here to compare PEM files with.");
    return false;
  }
}

const openssl = (...command: string[]) => execFileSync("openssl", command, { encoding: "utf8" });

(hasOpenssl() ? describe : describe.skip)("a root key that openssl made", () => {
  const home = newDirectory();
  const pem = join(home, "root-key.pem");
  beforeAll(() => openssl("genpkey", "-algorithm", "ED25519", "-out", pem));

  test("certifies the logs, and its vkey is that of the public key that openssl shows", async () => {
    const directory = newDirectory();
    const { log, problems } = openLog(directory, { rootKey: { pem } });
    await log.record({ event_type: "test.event" });
    await log.close();
    const shown = openssl("pkey", "-in", pem, "-pubout");
    expect(log.publicKey).toBe(vkeyOf(shown));
    expect(publicKeyPem(log.publicKey)).toBe(shown);
    expect(problems).toEqual([]);
    expect((await verifyJournal(directory, { key: vkeyOf(shown) })).result).toBe("intact");
    const bySecret = await verifyJournal(directory, { key: publicKeyOf(secret) });
    expect(bySecret.problems[0]!.verdict).toBe("UNDELEGATED_STREAM");
  });

  test("signs delegations that openssl verifies", async () => {
    const directory = newDirectory();
    const { log } = openLog(directory, { rootKey: { pem } });
    await log.close();
    const { delegation } = entriesIn(directory)[0].detail;
    const split = delegation.lastIndexOf("\n\n");
    const signature = Buffer.from(delegation.slice(split).trim().split(" ")[2], "base64").subarray(4);
    const [text, sig, key] = ["text", "sig", "key"].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(text, delegation.slice(0, split + 1));
    writeFileSync(sig, signature);
    writeFileSync(key, publicKeyPem(log.publicKey));
    const verify = ["pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", text, "-sigfile", sig];
    expect(openssl(...verify)).toContain("Signature Verified Successfully");
  });

  test.each<[string, string[], RegExp]>([
    ["encrypted", ["pkey", "-in", pem, "-aes256", "-passout", "pass:x"], /is encrypted.*nobody is there/],
    ["the public half", ["pkey", "-in", pem, "-pubout"], /holds a public key/],
    ["of another kind", ["genpkey", "-algorithm", "X25519"], /type x25519.*Ed25519.*openssl genpkey/],
  ])("is refused when it is %s", (_what, command, message) => {
    const directory = join(newDirectory(), "journal");
    const other = join(newDirectory(), "other.pem");
    writeFileSync(other, openssl(...command));
    expect(() => new AuditLog({ directory, secret, rootKey: { pem: other } })).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
    );
    expect(existsSync(directory)).toBe(false);
  });
});

describe("a root key of a PEM", () => {
  test("may be given as text, or as a file by the environment, which the option outranks", async () => {
    const [named, given] = [newRootKey(), newRootKey()];
    const file = join(newDirectory(), "root-key.pem");
    writeFileSync(file, named.pem);
    const before = process.env.OPENROUTER_AUDIT_ROOT_KEY_FILE;
    process.env.OPENROUTER_AUDIT_ROOT_KEY_FILE = file;
    try {
      const byEnvironment = openLog(newDirectory()).log;
      const byOption = openLog(newDirectory(), { rootKey: { pem: given.pem } }).log;
      expect([byEnvironment.publicKey, byOption.publicKey]).toEqual(
        [named, given].map(({ publicKey }) => vkeyOf(publicKey)),
      );
      await Promise.all([byEnvironment.close(), byOption.close()]);
    } finally {
      if (before === undefined) delete process.env.OPENROUTER_AUDIT_ROOT_KEY_FILE;
      else process.env.OPENROUTER_AUDIT_ROOT_KEY_FILE = before;
    }
  });

  test.each<[string, string, RegExp]>([
    ["a file that is not there", "/nowhere/root-key.pem", /\/nowhere\/root-key\.pem cannot be read: ENOENT/],
    ["another text", "-----BEGIN CERTIFICATE-----\nprivate\n-----END CERTIFICATE-----", /no PKCS #8/],
    ["a damaged one", newRootKey().pem.replace(/\n.{8}/, "\nprivate+"), /no PKCS #8/],
  ])("is refused when it is %s, without a word of what it holds", (_what, pem, message) => {
    const made = () => new AuditLog({ directory: newDirectory(), secret, rootKey: { pem } });
    expect(made).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
    expect(made).toThrow(message);
    expect(made).not.toThrow("private+");
  });

  test("leaves the digests to the secret", async () => {
    const digestOf = async (options: object) => {
      const directory = newDirectory();
      const fetch = async () => Response.json({ choices: [{ message: { content: "Hi" } }] });
      const { log } = openLog(directory, { fetch, ...options });
      const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hello" }] });
      await (
        await log.fetch(`${log.connection({ apiKey: "sk-or-v1-0123456789" }).baseURL}/chat/completions`, {
          method: "POST",
          body,
        })
      ).text();
      await log.close();
      return entriesIn(directory).find(({ prompt_hash }) => prompt_hash !== null).prompt_hash;
    };
    const { pem } = newRootKey();
    const digests = [
      await digestOf({}),
      await digestOf({ rootKey: { pem } }),
      await digestOf({ rootKey: { pem }, secret: otherSecret }),
    ];
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  test("does not open the journal of another key, and makes no secret there", async () => {
    const directory = newDirectory();
    await writeLog(directory, 1);
    const before = readdirSync(directory);
    const { pem } = newRootKey();
    expect(() => new AuditLog({ directory, rootKey: { pem } })).toThrow(
      expect.objectContaining({ code: "KEY_MISMATCH", message: expect.stringContaining("keys rotate") }),
    );
    expect(readdirSync(directory)).toEqual(before);
  });
});

describe("a secret made beside the journal is told of with what it does not protect:", () => {
  test.each<[string, object, RegExp, RegExp]>([
    ["the log, when the root key comes from it", {}, /can forge the log.*try out/, /cannot forge/],
    [
      "the digests, when there is a root key",
      { rootKey: { pem: newRootKey().pem } },
      /digests only.*try out.*cannot forge the log/,
      /can forge the log/,
    ],
  ])("%s", async (_what, options, said, unsaid) => {
    const directory = newDirectory();
    for (const expected of [1, 0]) {
      const { log, problems } = openLog(directory, { secret: undefined as never, ...options });
      await log.close();
      expect(problems.map(({ code }) => code)).toEqual(Array(expected).fill("SECRET_BESIDE_JOURNAL"));
      if (expected === 0) continue;
      expect(problems[0]!.message).toMatch(said);
      expect(problems[0]!.message).not.toMatch(unsaid);
      expect(problems[0]!.message).not.toContain(readFileSync(join(directory, "secret"), "utf8").trim());
    }
  });
});

describe("a public key", () => {
  const { publicKey } = newRootKey();
  const raw = rawOf(publicKey);
  const der = Buffer.from(publicKey.split("\n").slice(1, -2).join(""), "base64");
  const vkey = vkeyOf(publicKey);

  test.each<[string, string | Uint8Array]>([
    ["a vkey", vkey],
    ["a PEM (Google Cloud KMS)", publicKey],
    ["a PEM with other line ends", ` ${publicKey.replaceAll("\n", "\r\n")}`],
    ["DER (the SDK of AWS KMS)", new Uint8Array(der)],
    ["DER in base64 (the command of AWS KMS)", der.toString("base64")],
    ["its 32 bytes", new Uint8Array(raw)],
    ["its 32 bytes in base64 (Vault)", raw.toString("base64")],
  ])("is read as %s", (_what, given) => {
    expect(vkeyOf(given)).toBe(vkey);
  });

  test.each<[string, string | Uint8Array]>([
    ["nothing", ""],
    ["another text", "hello"],
    ["a damaged vkey", vkey.replace(/\+.{8}\+/, "+00000000+")],
    ["33 bytes", new Uint8Array(33)],
    ["DER of another kind", new Uint8Array(44)],
    ["base64 with something in it", `${raw.toString("base64")}!`],
    [
      "a key of another kind",
      generateKeyPairSync("x25519").publicKey.export({ format: "pem", type: "spki" }) as string,
    ],
    ["a private key", newRootKey().pem],
  ])("that is %s is refused", (_what, given) => {
    expect(() => vkeyOf(given)).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  });

  test("with another name than the log's is refused, and says what to set", () => {
    expect(() => vkeyOf(vkey, "acme")).toThrow(/"openrouter-audit".*"acme".*option name/);
    expect(vkeyOf(publicKey, "acme")).toMatch(/^acme\+/);
  });
});

describe("the option rootKey", () => {
  const { publicKey, sign } = newRootKey();
  test.each<[string, unknown]>([
    ["a path alone", "root-key.pem"],
    ["an empty path", { pem: "" }],
    ["both", { pem: "root-key.pem", publicKey, sign }],
    ["no public key", { sign }],
    ["no function", { publicKey, sign: "sign" }],
    ["no time at all", { publicKey, sign, timeLimitMs: 0 }],
    ["a member nobody knows", { publicKey, sign, timeout: 5 }],
  ])("is refused when it is %s", (_what, rootKey) => {
    expect(() => new AuditLog({ directory: newDirectory(), secret, rootKey: rootKey as never })).toThrow(
      /Option "rootKey(\.\w+)?" is not right: /,
    );
  });
});
