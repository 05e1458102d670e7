import { type Command, InvalidArgumentError } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { answerLine } from "../format/answer-line.ts";
import { checkStepText } from "../format/check-text.ts";
import { type CheckStep, checkSteps } from "../openrouter/check-steps.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit check                                 with OPENROUTER_API_KEY
  $ openrouter-audit check --model openai/gpt-4o-mini
  $ openrouter-audit check --api-key @/run/secrets/openrouter --json

A key typed on the command line ends up in the history of the shell: prefer OPENROUTER_API_KEY or @file.
No call is made to a model: this costs nothing and writes nothing to the audit log.`;

interface CheckFlags {
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly model?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

/** `openrouter-audit check`: is the API key good, is OpenRouter reachable, does it have the model? */
export function addCheck(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("check")
    .description("is the API key good, is OpenRouter reachable, does it have the model?")
    .option("--api-key <key>", "the API key, or @file (default: OPENROUTER_API_KEY)")
    .option(
      "--base-url <url>",
      "where OpenRouter is (default: OPENROUTER_BASE_URL, else openrouter.ai)",
      httpUrl,
    )
    .option("--model <id>", "also look for this model")
    .option("--timeout <seconds>", "how long to wait for an answer", seconds, 10)
    .option("--json", "as JSON")
    .addHelpText("after", examples)
    .action(async (flags: CheckFlags) => exitWith(await check(flags, terminal)));
}

async function check(flags: CheckFlags, { env, stdout, colors }: Terminal): Promise<number> {
  const apiKey = flags.apiKey === undefined ? env.OPENROUTER_API_KEY : fileOrText(flags.apiKey);
  const baseURL = flags.baseUrl ?? baseURLIn(env);
  const steps: CheckStep[] = [];
  for await (const step of checkSteps({ apiKey, baseURL, timeoutMs: flags.timeout * 1000 }, flags.model)) {
    const told = withoutKey(step, apiKey);
    steps.push(told);
    if (!flags.json) stdout.write(checkStepText(told, colors));
  }
  const ok = steps.every((step) => step.ok);
  if (flags.json) stdout.write(answerLine({ ok, baseURL: withoutKey(baseURL, apiKey), steps }));
  return ok ? exitCode.fine : exitCode.problem;
}

/** Whatever a server answers, the key it was sent is never shown. */
function withoutKey<T>(value: T, apiKey: string | undefined): T {
  // What is shorter is no key, and may be part of any word.
  if (!apiKey || apiKey.length < 8) return value;
  const masked = (_name: string, each: unknown) =>
    typeof each === "string" ? each.replaceAll(apiKey, "[the key]") : each;
  return JSON.parse(JSON.stringify(value), masked) as T;
}

function baseURLIn(env: Terminal["env"]): string {
  const url = env.OPENROUTER_BASE_URL || "https://openrouter.ai/api/v1";
  if (isHttpUrl(url)) return url;
  throw new UnusableError(
    `OPENROUTER_BASE_URL is set to ${JSON.stringify(url)}: that is no http or https URL.`,
  );
}

function httpUrl(text: string): string {
  if (isHttpUrl(text)) return text;
  throw new InvalidArgumentError("Give an http or https URL, such as https://openrouter.ai/api/v1.");
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 600) return value;
  throw new InvalidArgumentError("Give a number of seconds up to 600.");
}
