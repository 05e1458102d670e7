import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyOf } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const nowhere = { OPENROUTER_AUDIT_DIR: "/nowhere" };
const init = (argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  runCli(["init", ...argv], { env: { ...nowhere, ...env } });

test("a new secret and its public key are shown, each saying whom it is for", async () => {
  const { code, stdout } = await init();
  expect(code).toBe(0);
  const made = /OPENROUTER_AUDIT_SECRET=([0-9a-f]{64})\n/.exec(stdout)?.[1];
  expect(stdout).toContain(`\n    ${publicKeyOf(made!)}\n`);
  expect(stdout).toMatch(/^SECRET {2}for the application only/);
  expect(stdout).toContain("PUBLIC KEY  for the auditor");
});

test("each secret is another one", async () => {
  const [one, two] = [await init(["--json"]), await init(["--json"])];
  expect(JSON.parse(one.stdout).secret).not.toBe(JSON.parse(two.stdout).secret);
});

test("a secret that is set already is kept, and never shown", async () => {
  const { code, stdout } = await init([], { OPENROUTER_AUDIT_SECRET: secret });
  expect(code).toBe(0);
  expect(stdout).toContain(publicKeyOf(secret));
  expect(stdout).not.toContain(secret);
  const json = JSON.parse((await init(["--json"], { OPENROUTER_AUDIT_SECRET: secret })).stdout);
  expect(json).toEqual({ created: false, name: "openrouter-audit", public_key: publicKeyOf(secret) });
});

test("--new makes another secret all the same", async () => {
  const { stdout } = await init(["--new"], { OPENROUTER_AUDIT_SECRET: secret });
  expect(stdout).toMatch(/OPENROUTER_AUDIT_SECRET=[0-9a-f]{64}\n/);
  expect(stdout).not.toContain(publicKeyOf(secret));
});

test("a secret that is too short is refused by name", async () => {
  const { code, stdout, stderr } = await init([], { OPENROUTER_AUDIT_SECRET: "short" });
  expect(code).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toContain("OPENROUTER_AUDIT_SECRET is set but has less than 32 bytes");
});

test("--dotenv writes the secret to a file only its owner can read, and does not show it", async () => {
  const file = join(newDirectory(), ".env");
  const { code, stdout } = await init(["--dotenv", file]);
  expect(code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const written = /^OPENROUTER_AUDIT_SECRET=([0-9a-f]{64})\n$/.exec(readFileSync(file, "utf8"))?.[1];
  expect(stdout).not.toContain(written);
  expect(stdout).toContain(publicKeyOf(written!));
});

test("--dotenv keeps what the file holds, and warns when others can read it", async () => {
  const file = join(newDirectory(), ".env");
  writeFileSync(file, "PORT=3000");
  chmodSync(file, 0o644);
  const { code, stderr } = await init(["--dotenv", file]);
  expect(code).toBe(0);
  expect(readFileSync(file, "utf8")).toMatch(/^PORT=3000\nOPENROUTER_AUDIT_SECRET=[0-9a-f]{64}\n$/);
  expect(stderr).toContain(`chmod 600 ${file}`);
});

test.each([
  "OPENROUTER_AUDIT_SECRET=old",
  "  export OPENROUTER_AUDIT_SECRET = 'old'",
  "OPENROUTER_AUDIT_SECRET=",
])("--dotenv never overwrites a secret: %j", async (line) => {
  const file = join(newDirectory(), ".env");
  writeFileSync(file, `PORT=3000\n${line}\n`);
  const { code, stdout, stderr } = await init(["--dotenv", file]);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain("on line 2");
  expect(readFileSync(file, "utf8")).toBe(`PORT=3000\n${line}\n`);
});

test("--dotenv writes nothing when the secret is set in the environment", async () => {
  const file = join(newDirectory(), ".env");
  const { code, stderr } = await init(["--dotenv", file], { OPENROUTER_AUDIT_SECRET: secret });
  expect(code).toBe(1);
  expect(stderr).toContain("nothing was written");
  expect(existsSync(file)).toBe(false);
});

test("--dotenv says why a file cannot be written", async () => {
  const { code, stdout, stderr } = await init(["--dotenv", join(newDirectory(), "no", "such", ".env")]);
  expect(code).toBe(3);
  expect(stdout).toBe("");
  expect(stderr).toContain("there is no such file or directory");
});

test("a journal that belongs to another key is named, and nothing is made for it", async () => {
  const directory = await sampleJournal(async () => undefined);
  const file = join(newDirectory(), ".env");
  const before = readdirSync(directory);
  const { code, stdout, stderr } = await init([directory, "--dotenv", file]);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(publicKeyOf(secret));
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(directory)).toEqual(before);
});

test("whether the secret belongs to a journal is answered with yes", async () => {
  const directory = await sampleJournal(async () => undefined);
  const { code, stdout, stderr } = await init([directory], { OPENROUTER_AUDIT_SECRET: secret });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\n", 1)).toEqual([`Yes: the journal in ${directory} belongs to this key.`]);
  const json = JSON.parse((await init([directory, "--json"], { OPENROUTER_AUDIT_SECRET: secret })).stdout);
  expect(json).toMatchObject({ created: false, fits: directory });
});

test("where no journal was begun yet, nothing is said of it", async () => {
  const { code, stdout } = await init([join(newDirectory(), "none")], { OPENROUTER_AUDIT_SECRET: secret });
  expect([code, stdout.includes("Yes")]).toEqual([0, false]);
});

test("who makes a secret without naming the journal of this place is warned that it does not fit", async () => {
  const directory = await sampleJournal(async () => undefined);
  const { code, stdout, stderr } = await init([], { OPENROUTER_AUDIT_DIR: directory });
  expect(code).toBe(0);
  expect(stdout).toContain("OPENROUTER_AUDIT_SECRET=");
  expect(stderr).toContain("belongs to another key");
});

test("nor is a secret written to a file that does not fit the journal of this place", async () => {
  const directory = await sampleJournal(async () => undefined);
  const file = join(newDirectory(), ".env");
  const { code, stdout, stderr } = await init(["--dotenv", file], { OPENROUTER_AUDIT_DIR: directory });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("belongs to another key");
  expect(existsSync(file)).toBe(false);
});

test("a name becomes part of the key, and must not break it", async () => {
  const { stdout } = await init(["--name", "acme/audit"], { OPENROUTER_AUDIT_SECRET: secret });
  expect(stdout).toContain(publicKeyOf(secret, "acme/audit"));
  expect(stdout).toContain('new AuditLog({ name: "acme/audit" })');
  expect((await init(["--name", "a+b"])).code).toBe(3);
});

describe("with a root key in a PEM file", () => {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }) as string;
  const withFile = () => {
    const file = join(newDirectory(), "root-key.pem");
    writeFileSync(file, pem);
    return { OPENROUTER_AUDIT_ROOT_KEY_FILE: file };
  };

  test("the public key is that of the file, and the secret is said to make digests alone", async () => {
    const { code, stdout } = await init([], withFile());
    expect(code).toBe(0);
    expect(stdout).toContain(`\n    ${publicKeyOf({ pem })}\n`);
    expect(stdout).toMatch(/that of the root key in .*root-key\.pem/);
    expect(stdout).not.toContain("can forge the log.");
  });

  test("a journal of another key is named, with how it can be rotated", async () => {
    const directory = await sampleJournal(async () => undefined);
    const { code, stderr } = await init([directory], { ...withFile(), OPENROUTER_AUDIT_SECRET: secret });
    expect(code).toBe(1);
    expect(stderr).toMatch(/The root key in .*root-key\.pem does not fit/);
    expect(stderr).toContain(publicKeyOf({ pem }));
    expect(stderr).toContain("keys rotate");
  });
});
