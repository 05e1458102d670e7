import { writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import { modelTrouble } from "../src/openrouter/model-check.ts";
import { runCli } from "./run-cli.ts";
import { newDirectory } from "./sample-journal.ts";

const apiKey = "sk-or-v1-0123456789abcdef0123456789abcdef";

const goodKey = {
  label: "sk-or-v1-012...def",
  limit: 10,
  limit_remaining: 4.2,
  limit_reset: "monthly",
  usage: 5.8,
  usage_daily: 0,
  usage_monthly: 1.25,
  is_free_tier: false,
  is_management_key: false,
  expires_at: null,
  free_model_daily_requests: { limit: 1000, remaining: 998, used: 2 },
};

const models = [
  "openai/gpt-4o",
  "openai/gpt-4o-mini",
  "anthropic/claude-sonnet-4.5",
  "deepseek/deepseek-r1",
  "deepseek/deepseek-r1:free",
];

let stop: (() => void) | undefined;
afterEach(() => stop?.());

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
}

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

const openRouter: RequestListener = (request, response) => {
  if (request.headers.authorization !== `Bearer ${apiKey}`)
    return json(401, { error: { code: 401, message: "User not found." } })(request, response);
  if (request.url === "/api/v1/key") return json(200, { data: goodKey })(request, response);
  if (request.url === "/api/v1/models")
    return json(200, { data: models.map((id) => ({ id })) })(request, response);
  return json(404, { error: { code: 404, message: "Not Found" } })(request, response);
};

const check = (baseURL: string, ...argv: string[]) =>
  runCli(["check", ...argv], { env: { OPENROUTER_API_KEY: apiKey, OPENROUTER_BASE_URL: baseURL } });

test("a good key is shown with its label, limit and use, and never itself", async () => {
  const { code, stdout } = await check(await serving(openRouter));
  expect(code).toBe(0);
  expect(stdout).toContain("✓ OpenRouter accepts the key");
  expect(stdout).toContain("sk-or-v1-012...def");
  expect(stdout).toContain("$10.00, of which $4.20 is left, reset monthly");
  expect(stdout).toContain("$5.80 in all, $1.25 this month, $0 today");
  expect(stdout).not.toContain(apiKey);
});

test("a model that exists is confirmed", async () => {
  const { code, stdout } = await check(await serving(openRouter), "--model", "openai/gpt-4o-mini");
  expect(code).toBe(0);
  expect(stdout).toContain("✓ OpenRouter has the model openai/gpt-4o-mini");
});

test("a model without its provider is a problem, and the right name is suggested", async () => {
  const { code, stdout } = await check(await serving(openRouter), "--model", "gpt-4o-mini");
  expect(code).toBe(1);
  expect(stdout).toContain("lacks the prefix of its provider");
  expect(stdout).toContain("Did you mean openai/gpt-4o-mini");
});

test.each([
  ["anthropic/claude-sonet-4.5", "Did you mean anthropic/claude-sonnet-4.5?"],
  ["google/gpt-4o", "Did you mean openai/gpt-4o"],
  ["deepseek-r1:free", "Did you mean deepseek/deepseek-r1:free"],
  ["openai/gpt-4o:free", "There is openai/gpt-4o."],
  ["something/else-entirely", "All models: https://openrouter.ai/models."],
])("for %s the advice is: %s", (model, advice) => {
  expect(modelTrouble(model, models)?.advice).toContain(advice);
});

test.each(["deepseek/deepseek-r1:free", "openai/gpt-4o:nitro", "openai/gpt-4o:online"])(
  "%s is known",
  (model) => {
    expect(modelTrouble(model, models)).toBeNull();
  },
);

test.each([
  [401, {}, "Make or copy one at https://openrouter.ai/settings/keys"],
  [402, {}, "Add credit"],
  [403, {}, "guardrails"],
  [404, {}, "should end in /api/v1"],
  [429, { "retry-after": "17" }, "Wait 17 s (Retry-After)"],
  [429, {}, "Wait a little"],
  [503, { "retry-after": "Tue, 24 Nov 2026 10:00:00 GMT" }, "Wait until Tue, 24 Nov 2026 10:00:00 GMT"],
  [529, {}, "OpenRouter has a problem of its own"],
])("an answer %i %j is explained", async (status, headers, advice) => {
  const answer = json(status, { error: { code: status, message: "Because." } }, headers);
  const { code, stdout } = await check(await serving(answer));
  expect(code).toBe(1);
  expect(stdout).toContain(`OpenRouter answered ${status}: Because.`);
  expect(stdout).toContain(advice);
});

test("an error that comes with status 200 is an error", async () => {
  const { code, stdout } = await check(await serving(json(200, { error: { code: 401, message: "No." } })));
  expect(code).toBe(1);
  expect(stdout).toContain("No.");
});

test("a server that is not OpenRouter is recognised", async () => {
  const { code, stdout } = await check(
    await serving((_request, response) => response.end("<html>Welcome</html>")),
  );
  expect(code).toBe(1);
  expect(stdout).toContain("answers, but not as OpenRouter does");
});

test("the key is not sent after a redirect", async () => {
  const asked: (string | undefined)[] = [];
  const url = await serving((request, response) => {
    asked.push(request.url);
    response.writeHead(302, { location: "/elsewhere" }).end();
  });
  const { code, stdout } = await check(url);
  expect(code).toBe(1);
  expect(stdout).toContain("redirects elsewhere");
  expect(asked).toEqual(["/api/v1/key"]);
});

test("what a server answers can neither show the key nor drive the terminal", async () => {
  const message = `\x1b[2J your key ${apiKey} is wrong`;
  const url = await serving(json(401, { error: { code: 401, message } }));
  for (const flags of [[], ["--json"]]) {
    const { stdout } = await check(url, ...flags);
    expect(stdout).not.toContain(apiKey);
    expect(stdout).not.toContain("\x1b");
    expect(stdout).toContain("[the key]");
  }
});

test("a management key and a used-up limit are problems", async () => {
  const management = await serving(json(200, { data: { ...goodKey, is_management_key: true } }));
  expect((await check(management)).stdout).toContain("cannot call models");
  stop?.();
  const usedUp = await check(await serving(json(200, { data: { ...goodKey, limit_remaining: 0 } })));
  expect(usedUp.code).toBe(1);
  expect(usedUp.stdout).toContain("the limit of this key is used up");
});

test("nobody listening, a host nobody knows, and silence are told apart", async () => {
  const refused = await check(`http://127.0.0.1:${await freePort()}/api/v1`);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain("Nothing listens there");
  const silent = await check(await serving(() => undefined), "--timeout", "0.2");
  expect(silent.code).toBe(1);
  expect(silent.stdout).toContain("no answer within 0.2 s");
  const unknown = await check("http://no-such-host.invalid/api/v1");
  expect(unknown.code).toBe(1);
  expect(unknown.stdout).toMatch(/could not be looked up|not known here/);
});

test.each([
  ["Bearer sk-or-v1-0123456789", "pass the key alone"],
  ["'sk-or-v1-0123456789'", "contains quotes"],
  ["sk-proj-0123456789abcdef", "does not have the form"],
])("the form of the key is checked before anything is sent: %s", async (key, why) => {
  const { code, stdout } = await runCli(["check", "--api-key", key]);
  expect(code).toBe(1);
  expect(stdout).toContain(why);
  expect(stdout).not.toContain(key);
});

test("without a key, that is the problem", async () => {
  const { code, stdout } = await runCli(["check"]);
  expect(code).toBe(1);
  expect(stdout).toContain("Set OPENROUTER_API_KEY, or pass --api-key");
});

test("the key can come from a file, and the answer as JSON", async () => {
  const file = join(newDirectory(), "key");
  writeFileSync(file, `${apiKey}\n`);
  const url = await serving(openRouter);
  const { code, stdout } = await runCli(["check", "--api-key", `@${file}`, "--base-url", url, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    base_url: url,
    steps: [
      { step: "key format" },
      { step: "connection" },
      { step: "key", key: { limit_remaining_usd: 4.2 } },
    ],
  });
});

test.each([
  [["--base-url", "openrouter.ai"], {}, "Give an http or https URL"],
  [[], { OPENROUTER_BASE_URL: "ftp://x" }, "OPENROUTER_BASE_URL is set to"],
  [["--timeout", "soon"], {}, "Give a number of seconds"],
  [["--api-key", "@/no/such/file"], {}, "Cannot read /no/such/file"],
])("what cannot be understood is a usage error: %j %j", async (argv, env, why) => {
  const { code, stderr } = await runCli(["check", ...argv], { env });
  expect(code).toBe(3);
  expect(stderr).toContain(why);
});
