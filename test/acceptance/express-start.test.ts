import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { AuditLog } from "@openrouter-audit/core";
import { auditMiddleware } from "@openrouter-audit/express";
import { secret, temporaryDirectory } from "../support/journal.ts";

const key = "sk-or-v1-0123456789abcdef";

describe("a wrong configuration stops the start, and writes nothing", () => {
  test.each([
    ["no API key", {}, "MISSING_API_KEY", /OPENROUTER_API_KEY/],
    ["a key of another service", { apiKey: "sk-proj-123456789" }, "MALFORMED_API_KEY", /sk-or-/],
    ["a key with Bearer before it", { apiKey: `Bearer ${key}` }, "MALFORMED_API_KEY", /the key alone/],
    ["a short secret", { apiKey: key, secret: "short" }, "SECRET_TOO_SHORT", /5 bytes.*at least 32/],
    [
      "an unknown option",
      { apiKey: key, direcotry: "x" },
      "INVALID_OPTIONS",
      /no option "direcotry"\. Did you mean "directory"\? .*directory/,
    ],
    [
      "an unknown option that is near one of the middleware",
      { apiKey: key, usr: () => "ada" },
      "INVALID_OPTIONS",
      /no option "usr"\. Did you mean "user"\? The options are: directory, .*, user, audit, client\.$/,
    ],
    ["a user that is no function", { apiKey: key, user: "ada" }, "INVALID_OPTIONS", /"user".*function/],
    ["a log that is none", { audit: () => undefined }, "INVALID_OPTIONS", /"audit".*AuditLog/],
    ["a log that is null", { audit: null }, "INVALID_OPTIONS", /"audit".*AuditLog/],
    ["a base URL that is none", { apiKey: key, baseURL: "openrouter" }, "INVALID_OPTIONS", /"baseURL"/],
  ])("%s", (_name, options, code, message) => {
    const directory = join(temporaryDirectory(), "journal");
    expect(() => auditMiddleware({ directory, secret, ...options } as never)).toThrow(
      expect.objectContaining({ name: "AuditError", code, message: expect.stringMatching(message) }),
    );
    expect(existsSync(directory)).toBe(false);
  });

  test("a directory that is a file", () => {
    const directory = join(temporaryDirectory(), "journal");
    writeFileSync(directory, "");
    expect(() => auditMiddleware({ directory, secret, apiKey: key })).toThrow(
      expect.objectContaining({ code: "JOURNAL_UNWRITABLE" }),
    );
  });

  test("a directory where none can be made", () => {
    const start = () => auditMiddleware({ directory: "/proc/journal/of/audit", secret, apiKey: key });
    expect(start).toThrow(expect.objectContaining({ code: "JOURNAL_UNWRITABLE" }));
  });

  test("a second configuration for the same journal", async () => {
    const directory = temporaryDirectory();
    const first = auditMiddleware({ directory, secret, apiKey: key });
    expect(() => auditMiddleware({ directory, secret, apiKey: key })).toThrow(
      expect.objectContaining({ code: "JOURNAL_ALREADY_OPEN" }),
    );
    await first.audit.close();
    const before = readdirSync(directory);
    const other = { directory, secret: `${secret} but another`, apiKey: key };
    expect(() => auditMiddleware(other)).toThrow(expect.objectContaining({ code: "KEY_MISMATCH" }));
    expect(readdirSync(directory)).toEqual(before);
  });

  test("an unknown option beside a log", async () => {
    const audit = new AuditLog({ directory: temporaryDirectory(), secret, apiKey: key });
    expect(() => auditMiddleware({ audit, usr: () => "ada" } as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining('"usr"') }),
    );
    await audit.close();
  });

  test("a log and options of a log at once", async () => {
    const audit = new AuditLog({ directory: temporaryDirectory(), secret, apiKey: key });
    expect(() => auditMiddleware({ audit, directory: "elsewhere" })).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS" }),
    );
    await audit.close();
  });
});

describe("without an argument", () => {
  const cwd = process.cwd();
  afterEach(() => {
    process.chdir(cwd);
    delete process.env.OPENROUTER_API_KEY;
  });

  test("the key comes from the environment and the journal is in ./audit_logs, with a warning about its secret", async () => {
    const directory = temporaryDirectory();
    mkdirSync(directory, { recursive: true });
    process.chdir(directory);
    process.env.OPENROUTER_API_KEY = key;
    const warnings = jest.spyOn(process, "emitWarning").mockReturnValue();
    const { audit } = auditMiddleware();
    expect(warnings.mock.calls).toEqual([
      [expect.stringContaining("secret"), { type: "OpenRouterAudit", code: "SECRET_BESIDE_JOURNAL" }],
    ]);
    warnings.mockRestore();
    await audit.close();
    expect(readdirSync("audit_logs").sort()).toEqual([
      expect.stringMatching(/^audit_.*\.jsonl$/),
      "public-key",
      "secret",
    ]);
  });

  test("with client: false no key is needed, and the request has only the audited fetch", async () => {
    const { audit } = auditMiddleware({ directory: temporaryDirectory(), secret, client: false });
    await audit.close();
  });
});
