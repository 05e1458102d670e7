import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuditError, AuditLog, newSecret, publicKeyOf } from "../src/index.ts";
import { newDirectory, openLog, otherSecret, secret, writeLog } from "./support/journals.ts";

/** What a wrong configuration throws, after making sure that it wrote nothing. */
function refusal(options: object, directory = join(newDirectory(), "journal")): AuditError {
  const before = existsSync(directory) ? readdirSync(directory) : null;
  let thrown: unknown;
  try {
    const log = new AuditLog({ directory, secret, ...options } as never);
    void log.close();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AuditError);
  expect(existsSync(directory) ? readdirSync(directory) : null).toEqual(before);
  return thrown as AuditError;
}

describe("an option that is wrong is named when the log is made:", () => {
  test.each<[string, object, RegExp]>([
    ["unknown", { directroy: "x" }, /no option "directroy".*directory, secret, rootKey, name/],
    ["a directory that is empty", { directory: "" }, /"directory".*must not be empty/],
    ["a secret that is no text", { secret: 5 }, /"secret"/],
    ["a name with a space", { name: "my log" }, /"name".*no spaces/],
    ["a name with a plus", { name: "a+b" }, /"name"/],
    ["a name with a control character", { name: "a\u0000b" }, /"name"/],
    ["a name with a lone surrogate", { name: "a\ud800" }, /"name"/],
    ["a name of 101 characters", { name: "n".repeat(101) }, /"name"/],
    [
      "a base URL that no call can be sent to",
      { baseURL: "httpx://openrouter.ai" },
      /"baseURL".*http or https/,
    ],
    ["a base URL that is none", { baseURL: "openrouter.ai" }, /"baseURL".*must be a URL/],
    ["a base URL of another kind", { baseURL: "ftp://openrouter.ai" }, /"baseURL".*http/],
    ["a service without a name", { service: { version: "1" } }, /"service/],
    ["a service with more", { service: { name: "a", owner: "b" } }, /"service/],
    ["a digest nobody knows", { digest: "md5" }, /"digest".*hmac/],
    ["a heartbeat too short", { heartbeatMs: 999 }, /"heartbeatMs".*at least 1000/],
    ["a heartbeat too long", { heartbeatMs: 86_400_001 }, /"heartbeatMs".*a day/],
    ["a heartbeat that is no number", { heartbeatMs: "5m" }, /"heartbeatMs"/],
    ["a fetch that is none", { fetch: "fetch" }, /"fetch".*function/],
    ["an onProblem that is none", { onProblem: {} }, /"onProblem".*function/],
    [
      "a warning below the stop",
      { disk: { warnBytes: 1, stopBytes: 5 } },
      /"disk".*warnBytes must not be below stopBytes/,
    ],
  ])("%s", (_what, options, message) => {
    const { code, message: said } = refusal(options);
    expect(code).toBe("INVALID_OPTIONS");
    expect(said).toMatch(message);
  });
});

describe("the secret", () => {
  test("is refused when it is shorter than 32 bytes, and never named", () => {
    const { code, message } = refusal({ secret: "too short, but secret" });
    expect([code, message]).toEqual(["SECRET_TOO_SHORT", expect.stringMatching(/21 bytes.*at least 32/)]);
    expect(message).not.toContain("but secret");
    expect(() => publicKeyOf("short")).toThrow(expect.objectContaining({ code: "SECRET_TOO_SHORT" }));
  });

  test("is counted in bytes, not in letters", () => {
    expect(() => publicKeyOf("\u00fc".repeat(16))).not.toThrow();
  });

  test("is made beside the journal when there is none, once, and with a warning", async () => {
    const directory = newDirectory();
    const first = openLog(directory, { secret: undefined as never });
    await first.log.close();
    const kept = readFileSync(join(directory, "secret"), "utf8");
    const second = openLog(directory, { secret: undefined as never });
    await second.log.close();
    expect(kept).toMatch(/^[0-9a-f]{64}\n$/);
    expect(readFileSync(join(directory, "secret"), "utf8")).toBe(kept);
    expect(first.log.publicKey).toBe(publicKeyOf(kept.trim()));
    expect(second.log.publicKey).toBe(first.log.publicKey);
    expect([first.problems, second.problems].map((told) => told.map(({ code }) => code))).toEqual([
      ["SECRET_BESIDE_JOURNAL"],
      [],
    ]);
  });

  test("is taken from the file beside the journal, and refused when that is too short", () => {
    const directory = newDirectory();
    writeFileSync(join(directory, "secret"), "short\n");
    const { code, message } = refusal({ secret: undefined }, directory);
    expect(code).toBe("SECRET_TOO_SHORT");
    expect(message).toContain(join(directory, "secret"));
  });

  test("that newSecret makes is never the same", () => {
    expect(new Set(Array.from({ length: 100 }, newSecret)).size).toBe(100);
  });
});

describe("a journal that belongs to a key", () => {
  test.each<[string, object]>([
    ["another secret", { secret: otherSecret }],
    ["another name", { name: "other" }],
    ["no secret", { secret: undefined }],
  ])("is not written with %s", async (_what, options) => {
    const directory = newDirectory();
    await writeLog(directory, 1);
    const { code, message } = refusal(options, directory);
    expect(code).toBe("KEY_MISMATCH");
    expect(message).toContain(publicKeyOf(secret));
    await writeLog(directory, 1);
  });
});

describe("a directory", () => {
  test("has one log in one process, by whatever path", async () => {
    const directory = newDirectory();
    const { log } = openLog(directory);
    for (const path of [directory, `${directory}/.`, join(directory, "x", "..")]) {
      const { code, message } = refusal({}, path);
      expect([code, message]).toEqual(["JOURNAL_ALREADY_OPEN", expect.stringContaining("Make one AuditLog")]);
    }
    await log.close();
    await openLog(directory).log.close();
  });

  test("is free again after an error in its configuration", async () => {
    const directory = newDirectory();
    await writeLog(directory, 0);
    refusal({ secret: otherSecret }, directory);
    await writeLog(directory, 0);
  });

  test.each<[string, () => string]>([
    [
      "that is a file",
      () => {
        const path = join(newDirectory(), "file");
        writeFileSync(path, "x");
        return path;
      },
    ],
    [
      "below a file",
      () => {
        const path = join(newDirectory(), "file");
        writeFileSync(path, "x");
        return join(path, "journal");
      },
    ],
    ["on a file system that nobody may write", () => "/proc/journal"],
    [
      "whose journal file is a directory",
      () => {
        const path = newDirectory();
        mkdirSync(join(path, `audit_${new Date().toISOString().slice(0, 10)}.jsonl`));
        return path;
      },
    ],
  ])("%s is refused", (_what, make) => {
    const directory = make();
    let thrown: unknown;
    try {
      new AuditLog({ directory, secret });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      name: "AuditError",
      code: "JOURNAL_UNWRITABLE",
      cause: expect.anything(),
    });
    expect((thrown as Error).message).toContain(directory);
  });

  test("that may not be written is refused", () => {
    const directory = newDirectory();
    chmodSync(directory, 0o555);
    const isRoot = process.geteuid?.() === 0;
    // Root may write anywhere, so for a moment we are nobody.
    if (isRoot) process.seteuid!(65534);
    let thrown: unknown;
    try {
      new AuditLog({ directory, secret });
    } catch (error) {
      thrown = error;
    } finally {
      if (isRoot) process.seteuid!(0);
    }
    expect(thrown).toMatchObject({ code: "JOURNAL_UNWRITABLE", cause: { code: "EACCES" } });
    expect(readdirSync(directory)).toEqual([]);
    chmodSync(directory, 0o700);
  });
});

describe("the API key", () => {
  let log: AuditLog;
  beforeEach(() => {
    log = openLog(newDirectory()).log;
  });
  afterEach(() => log.close());

  test("is asked for only when it is needed", () => {
    expect(() => log.connection()).toThrow(expect.objectContaining({ code: "MISSING_API_KEY" }));
  });

  test.each([
    ["Bearer sk-or-v1-0123456789", "begins with"],
    ['"sk-or-v1-0123456789"', "quotes"],
    ["sk-or-v1-0123456789\n", "spaces"],
    ["sk-or-v1-\u00fc0123456789", "no header"],
    ["sk-proj-0123456789abcdef", "sk-or-"],
  ])("%j is refused with a reason, and never named", (apiKey, reason) => {
    const refused = () => log.connection({ apiKey });
    expect(refused).toThrow(expect.objectContaining({ code: "MALFORMED_API_KEY" }));
    expect(refused).toThrow(reason);
    expect(refused).not.toThrow("0123456789");
  });

  test("of another form is taken for another host", () => {
    const given = { apiKey: "anything-goes", baseURL: "http://127.0.0.1:1/v1" };
    expect(log.connection(given)).toEqual(given);
  });
});

test("what is not given is taken from the environment, and an empty variable is none", async () => {
  const directory = newDirectory();
  const before = { ...process.env };
  try {
    Object.assign(process.env, {
      OPENROUTER_AUDIT_DIR: directory,
      OPENROUTER_AUDIT_SECRET: secret,
      OPENROUTER_API_KEY: "sk-or-v1-0123456789",
      OPENROUTER_BASE_URL: "",
      OTEL_SERVICE_NAME: "named by the environment",
    });
    const log = new AuditLog();
    const entry = await log.record({ event_type: "test.event" });
    await log.close();
    expect(log.directory).toBe(directory);
    expect(log.publicKey).toBe(publicKeyOf(secret));
    expect(log.connection()).toEqual({
      apiKey: "sk-or-v1-0123456789",
      baseURL: "https://openrouter.ai/api/v1",
    });
    expect(entry.service.name).toBe("named by the environment");
  } finally {
    process.env = before;
  }
});

test("a base URL of the environment that is none is refused by its name, before anything is written", () => {
  const before = process.env.OPENROUTER_BASE_URL;
  const directory = join(newDirectory(), "journal");
  try {
    for (const url of ["nonsense", "ftp://openrouter.ai", "http://"]) {
      process.env.OPENROUTER_BASE_URL = url;
      expect(() => new AuditLog({ directory, secret })).toThrow(
        expect.objectContaining({
          code: "INVALID_OPTIONS",
          message: expect.stringContaining("OPENROUTER_BASE_URL"),
        }),
      );
    }
  } finally {
    if (before === undefined) delete process.env.OPENROUTER_BASE_URL;
    else process.env.OPENROUTER_BASE_URL = before;
  }
  expect(existsSync(directory)).toBe(false);
});
