import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AuditLog,
  publicKeyOf,
  publicKeyPem,
  rotateKey,
  verifyJournal,
  vkeyOf,
} from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { newDirectory, sampleJournal, secret } from "./sample-journal.ts";

const newSecret = "another secret that only these tests know, long enough";
const env = { OPENROUTER_AUDIT_SECRET: secret };
const idOf = (vkey: string) => vkey.split("+")[1]!;

function newPem(): { path: string; pem: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" }) as string;
  return { path: newFile(pem), pem, publicPem: publicKey.export({ format: "pem", type: "spki" }) as string };
}

function newFile(content: string, mode = 0o600): string {
  const path = join(newDirectory(), "file");
  writeFileSync(path, content, { mode });
  return path;
}

const journal = () => sampleJournal(async (call) => call("ada", "openai/gpt-4o-mini"));
const contents = (directory: string) =>
  readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]);

describe("keys", () => {
  test("of a journal that the application would go on with are fine", async () => {
    const directory = await journal();
    const { code, stdout } = await runCli(["keys", directory], { env });
    expect(code).toBe(0);
    expect(stdout).toContain(`public-key         ${publicKeyOf(secret)}`);
    expect(stdout).toContain("application's own  the same, from the secret in OPENROUTER_AUDIT_SECRET");
    expect(stdout).toMatch(/ given +openrouter-audit\+/);
    expect(stdout).not.toContain(secret);
  });

  test("are told without an application, to an auditor", async () => {
    const directory = await journal();
    const { code, stdout } = await runCli(["keys", directory, "--key", publicKeyOf(secret)]);
    expect(code).toBe(0);
    expect(stdout).toContain("not to be seen from here");
    expect(stdout).toContain("(the key you gave)");
  });

  test.each<[string, (directory: string) => Record<string, string>, string]>([
    [
      "the secret file beside the journal",
      (directory) => {
        writeFileSync(join(directory, "secret"), `${secret}\n`, { mode: 0o600 });
        return {};
      },
      "made beside the journal",
    ],
    [
      "the secret in the environment, before that file",
      (directory) => {
        writeFileSync(join(directory, "secret"), `${newSecret}\n`, { mode: 0o600 });
        return env;
      },
      "in OPENROUTER_AUDIT_SECRET",
    ],
  ])("say that the application's own key comes from %s", async (_what, given, said) => {
    const directory = await journal();
    const { code, stdout } = await runCli(["keys", directory], { env: given(directory) });
    expect([code, stdout]).toEqual([0, expect.stringContaining(`the same, from the secret`)]);
    expect(stdout).toContain(said);
  });

  test("say that a PEM file outranks the secret, and what comes of it", async () => {
    const directory = await journal();
    const { path } = newPem();
    const { code, stdout } = await runCli(["keys", directory], {
      env: { ...env, OPENROUTER_AUDIT_ROOT_KEY_FILE: path },
    });
    expect(code).toBe(1);
    expect(stdout).toContain(
      `${publicKeyOf({ pem: path })}, from the PEM file that OPENROUTER_AUDIT_ROOT_KEY_FILE names`,
    );
    expect(stdout).toContain("is not that of the journal, and it will not start (unless");
  });

  test("of a key service are compared by its public key", async () => {
    const directory = newDirectory();
    const { pem, publicPem } = newPem();
    await new AuditLog({ directory, secret, rootKey: { pem } }).close();
    const service = ["--service", `@${newFile(publicPem)}`];
    const right = await runCli(["keys", directory, ...service], { env });
    expect([right.code, right.stdout]).toEqual([
      0,
      expect.stringContaining("the same, from the key service"),
    ]);
    const wrong = await runCli(["keys", directory, "--service", newPem().publicPem], { env });
    expect([wrong.code, wrong.stdout]).toEqual([1, expect.stringContaining("it will not start.")]);
  });

  test.each<[string, string, RegExp]>([
    [
      "a PEM that is none",
      "rubbish",
      /makes no key.*\n[\s\S]*own key: The root key file .* holds no PKCS #8/,
    ],
    ["a PEM that others can read", "exposed", /others can read .*chmod 600/],
  ])("name %s", async (_what, content, said) => {
    const directory = await journal();
    const path = content === "exposed" ? newPem().path : newFile(content);
    if (content === "exposed") chmodSync(path, 0o644);
    const { code, stdout } = await runCli(["keys", directory], {
      env: { OPENROUTER_AUDIT_ROOT_KEY_FILE: path },
    });
    expect([code, stdout]).toEqual([1, expect.stringMatching(said)]);
  });

  test("after rotations say who trusts whom and by which note", async () => {
    const directory = await journal();
    const { pem } = newPem();
    const first = await rotateKey(directory, { from: secret, to: newSecret });
    const second = await rotateKey(directory, { from: newSecret, to: { pem } });
    const { code, stdout } = await runCli(["keys", directory, "--key", first.to]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`predecessor .*${idOf(first.from)}[\\s\\S]*by ${first.file}`));
    expect(stdout).toMatch(new RegExp(`successor .*${idOf(second.to)}[\\s\\S]*by ${second.file}`));
    expect(stdout).toContain(`${idOf(first.from)} → ${idOf(first.to)}  signed by both`);

    const backwards = await runCli(["keys", directory, "--key", first.to, "--no-successors", "--json"]);
    const { keys, problems } = JSON.parse(backwards.stdout);
    expect(keys.map(({ relation }: { relation: string }) => relation)).toEqual(["given", "predecessor"]);
    expect([backwards.code, problems]).toEqual([1, [expect.stringContaining("--no-successors")]]);

    const old = await runCli(["keys", directory], { env });
    expect([old.code, old.stdout]).toEqual([1, expect.stringContaining("own key was rotated")]);
  });

  test("of a rotation half done say that the next start finishes it", async () => {
    const directory = await journal();
    const { from } = await rotateKey(directory, { from: secret, to: newSecret });
    writeFileSync(join(directory, "public-key"), `${from}\n`);
    const { code, stdout } = await runCli(["keys", directory], {
      env: { OPENROUTER_AUDIT_SECRET: newSecret },
    });
    expect([code, stdout]).toEqual([1, expect.stringContaining("not finished: its next start finishes it")]);
  });

  test("name notes that are ignored, harmlessly, and keys that were replaced twice", async () => {
    const directory = await journal();
    const { from } = await rotateKey(directory, { from: secret, to: newSecret });
    const thief = newDirectory();
    writeFileSync(join(thief, "public-key"), `${from}\n`);
    const stolen = await rotateKey(thief, { from: secret, to: { pem: newPem().pem } });
    writeFileSync(join(directory, stolen.file), readFileSync(join(thief, stolen.file)));
    writeFileSync(join(directory, "key-rotation-00000000-00000001.note"), "\x1b[2J");
    const { code, stdout } = await runCli(["keys", directory]);
    expect(code).toBe(1);
    expect(stdout).toContain("key-rotation-00000000-00000001.note is ignored: it is no rotation note");
    expect(stdout).toMatch(new RegExp(`Several keys took over from ${idOf(from)}.*it was stolen`));
    expect(stdout).not.toContain("\x1b");
    expect(stdout).toContain("predecessor");
    expect(stdout.split("ROTATIONS")[0]).not.toContain(idOf(stolen.to));
  });

  test("of another journal than the given key's say so", async () => {
    const directory = await journal();
    const { code, stdout } = await runCli(["keys", directory, "--key", publicKeyOf(newSecret)]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("The key in public-key is not trusted")]);
  });

  test.each<[string, () => string[], string]>([
    ["no directory", () => [join(newDirectory(), "nowhere")], "There is no directory"],
    ["no key", () => [newDirectory()], 'no file "public-key"'],
    ["no key that is one", () => [newDirectory(), "--key", "hello"], "must be an Ed25519 key"],
    [
      "rubbish for a key",
      () => {
        const directory = newDirectory();
        writeFileSync(join(directory, "public-key"), "rubbish");
        return [directory];
      },
      "must be an Ed25519 key",
    ],
  ])("cannot be told with %s", async (_what, argv, said) => {
    const { code, stdout, stderr } = await runCli(["keys", ...argv()]);
    expect([code, stdout, stderr]).toEqual([3, "", expect.stringContaining(said)]);
  });
});

describe("keys rotate", () => {
  test.each<[string, () => { argv: string[]; env: Record<string, string>; to: string }]>([
    [
      "a PEM file",
      () => {
        const { path } = newPem();
        return { argv: ["--to-pem", path], env: {}, to: publicKeyOf({ pem: path }) };
      },
    ],
    [
      "a file with a secret",
      () => ({ argv: ["--to-secret", newFile(`${newSecret}\n`)], env: {}, to: publicKeyOf(newSecret) }),
    ],
    [
      "a secret of the environment",
      () => ({ argv: [], env: { OPENROUTER_AUDIT_NEW_SECRET: newSecret }, to: publicKeyOf(newSecret) }),
    ],
    [
      "a PEM file of the environment",
      () => {
        const { path } = newPem();
        return {
          argv: [],
          env: { OPENROUTER_AUDIT_NEW_ROOT_KEY_FILE: path },
          to: publicKeyOf({ pem: path }),
        };
      },
    ],
  ])("makes the journal that of %s, and shows no secret", async (_what, given) => {
    const directory = await journal();
    const { argv, env: more, to } = given();
    const { code, stdout, stderr } = await runCli(["keys", "rotate", directory, ...argv], {
      env: { ...env, ...more },
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ROTATED /);
    expect(stdout).toContain(`new   ${to}`);
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain(newSecret);
    expect(readFileSync(join(directory, "public-key"), "utf8")).toBe(`${to}\n`);
    expect((await verifyJournal(directory, { key: to })).result).toBe("intact");
  });

  test("takes the old key from files, and answers in JSON", async () => {
    const directory = await journal();
    const { path } = newPem();
    const first = ["keys", "rotate", directory, "--from-secret", newFile(secret), "--to-pem", path, "--json"];
    const made = await runCli(first);
    expect(JSON.parse(made.stdout)).toMatchObject({ from: publicKeyOf(secret), rotated: true });
    const again = await runCli(first);
    expect([again.code, JSON.parse(again.stdout)]).toEqual([
      0,
      { ...JSON.parse(made.stdout), rotated: false },
    ]);
    const back = await runCli([
      "keys",
      "rotate",
      directory,
      "--from-pem",
      path,
      "--to-secret",
      newFile(newSecret),
    ]);
    expect(back.code).toBe(0);
    expect(back.stdout).toContain("without OPENROUTER_AUDIT_ROOT_KEY_FILE");
  });

  test("away from a secret beside the journal says to move that file away", async () => {
    const directory = newDirectory();
    await new AuditLog({ directory, onProblem: () => undefined }).close();
    const { code, stdout } = await runCli(["keys", "rotate", directory, "--to-secret", newFile(newSecret)]);
    expect(code).toBe(0);
    expect(stdout).toContain(`move ${directory}/secret away`);
    expect(stdout).not.toContain(readFileSync(join(directory, "secret"), "utf8").trim());
  });

  const never = "a secret that was typed where a file belongs";
  test.each<[string, number, string[], Record<string, string>, string]>([
    [
      "from a key that is not the journal's",
      1,
      ["--to-secret", "@new"],
      { OPENROUTER_AUDIT_SECRET: newSecret },
      "it has the key",
    ],
    ["to the key it has", 1, [], { ...env, OPENROUTER_AUDIT_NEW_SECRET: secret }, "is its key already"],
    ["to nothing", 3, [], env, "Which key takes over?"],
    ["from nothing", 3, ["--to-secret", "@new"], {}, "The old key is not to be seen from here"],
    ["to two keys", 3, ["--to-secret", "a", "--to-pem", "b"], env, "cannot be used with"],
    [
      "to a secret on the command line",
      3,
      ["--to-secret", never],
      env,
      "Never write a secret into a command",
    ],
    ["to no PEM", 3, ["--to-pem", "/nowhere/key.pem"], env, "/nowhere/key.pem"],
    ["to a secret that is too short", 3, [], { ...env, OPENROUTER_AUDIT_NEW_SECRET: "short" }, "at least 32"],
  ])("%s is refused, and nothing is written", async (_what, expected, argv, environment, said) => {
    const directory = await journal();
    const before = contents(directory);
    const words = argv.map((word) =>
      word === "@new" ? newFile("a third secret for these tests alone, long enough") : word,
    );
    const { code, stdout, stderr } = await runCli(["keys", "rotate", directory, ...words], {
      env: environment,
    });
    expect([code, stdout, stderr]).toEqual([expected, "", expect.stringContaining(said)]);
    expect(stderr).not.toContain(never);
    expect(contents(directory)).toEqual(before);
  });
});

describe("keys export", () => {
  test("writes the journal's key as PEM, and as vkey", async () => {
    const directory = await journal();
    const vkey = publicKeyOf(secret);
    expect(await runCli(["keys", "export", directory])).toEqual({
      code: 0,
      stdout: publicKeyPem(vkey),
      stderr: "",
    });
    const asVkey = await runCli(["keys", "export", directory, "--format", "vkey"]);
    expect(asVkey.stdout).toBe(`${vkey}\n`);
  });

  test("turns the PEM of a key service into what the auditor needs, under the name of the log", async () => {
    const { publicPem } = newPem();
    const { stdout } = await runCli([
      "keys",
      "export",
      "--key",
      `@${newFile(publicPem)}`,
      "--name",
      "acme",
      "--format",
      "vkey",
    ]);
    expect(stdout).toBe(`${vkeyOf(publicPem, "acme")}\n`);
  });

  test("writes the application's own public key before there is a journal, and never the private one", async () => {
    const { path, pem, publicPem } = newPem();
    const directory = join(newDirectory(), "not-yet");
    const own = await runCli(["keys", "export", directory, "--own"], {
      env: { OPENROUTER_AUDIT_ROOT_KEY_FILE: path },
    });
    expect(own.stdout).toBe(publicPem);
    const wrong = await runCli(["keys", "export", "--key", `@${path}`]);
    expect([wrong.code, wrong.stdout]).toEqual([3, ""]);
    expect(wrong.stderr).not.toContain(pem.split("\n")[1]);
  });

  test.each([
    [["--own"], "not to be seen from here"],
    [[], 'no file "public-key"'],
    [["--own", "--key", "x"], "cannot be used with"],
  ])("%j with nothing there says what to do", async (flags, said) => {
    const { code, stderr } = await runCli(["keys", "export", newDirectory(), ...flags]);
    expect([code, stderr]).toEqual([3, expect.stringContaining(said)]);
  });

  test("is read by openssl", async () => {
    try {
      execFileSync("openssl", ["version"]);
    } catch {
      console.warn("SKIPPED: there is no openssl here to read what is exported.");
      return;
    }
    const { stdout } = await runCli(["keys", "export", "--key", publicKeyOf(secret)]);
    const shown = execFileSync("openssl", ["pkey", "-pubin", "-text", "-noout"], {
      input: stdout,
      encoding: "utf8",
    });
    expect(shown).toContain("ED25519 Public-Key");
  });
});

test.each(["rotate", "export"])("keys %s --help has examples", async (command) => {
  const { code, stdout } = await runCli(["keys", command, "--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`Examples:\\n  \\$ openrouter-audit keys ${command}`));
});

test("a directory that is named like a command is named by its path", async () => {
  const directory = join(newDirectory(), "rotate");
  mkdirSync(directory);
  writeFileSync(join(directory, "public-key"), `${publicKeyOf(secret)}\n`);
  expect((await runCli(["keys", directory])).code).toBe(0);
});
