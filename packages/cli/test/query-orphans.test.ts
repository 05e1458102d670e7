import { cpSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AuditLog } from "@openrouter-audit/core";
import { runCli } from "./run-cli.ts";
import { journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

/** A journal in write_ahead of which one call was answered, and two were not when it was copied. */
async function journalWithOpenCalls(edit: (line: string) => string = (line) => line): Promise<string> {
  const [directory, copy] = [newDirectory(), newDirectory()];
  let received = () => {};
  const server = createServer((request, response) => {
    if (request.headers["x-answer"]) response.end("{}");
    else received();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  const audit = new AuditLog({
    directory,
    secret,
    baseURL,
    guarantee: "write_ahead",
    onProblem: () => undefined,
  });
  const call = (userId: string, model: string, headers = {}) =>
    audit.run({ userId }, () =>
      audit.fetch(`${baseURL}/chat/completions`, {
        method: "POST",
        headers,
        body: JSON.stringify({ model }),
      }),
    );
  await (await call("ada", "openai/gpt-5-mini", { "x-answer": "yes" })).text();
  for (const user of ["ada", "eve\x1b[31m"]) {
    const arrived = new Promise<void>((resolve) => {
      received = resolve;
    });
    call(user, "openai/gpt-4o").catch(() => undefined);
    await arrived;
  }
  cpSync(directory, copy, { recursive: true });
  journalFile(copy).rewrite((lines) => lines.map(edit));
  server.closeAllConnections();
  server.close();
  await audit.close();
  return copy;
}

// No process has such a number.
const dead = (line: string) => line.replaceAll(/"pid":\d+/g, '"pid":99999999');
const linesOf = (text: string) => text.trimEnd().split("\n");

test("the table shows which calls have no end, and whether they may still come to one", async () => {
  for (const [edit, state] of [
    [undefined, "running"],
    [dead, "orphaned"],
  ] as const) {
    const { code, stdout, stderr } = await runCli(["query", await journalWithOpenCalls(edit), "--orphans"]);
    const [head, ...rows] = linesOf(stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(head).toMatch(/^time \(UTC\) +state +user +model +process$/);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(new RegExp(` ${state} +ada +openai/gpt-4o +\\S+/${process.pid}$`));
    expect(rows[1]).toContain("eve\\e[31m");
  }
});

test("--json, --csv, --wide, --limit and conditions are those of other entries", async () => {
  const directory = await journalWithOpenCalls(dead);
  const run = async (...flags: string[]) =>
    (await runCli(["query", directory, "--orphans", ...flags])).stdout;
  const entries = linesOf(await run("--json")).map((line) => JSON.parse(line));
  expect(entries).toEqual([
    expect.objectContaining({ state: "orphaned", event_type: "call_started", user_id: "ada" }),
    expect.objectContaining({ state: "orphaned", event_type: "call_started", user_id: "eve\x1b[31m" }),
  ]);
  const [head, ...rows] = linesOf(await run("--csv", "--user", "ada"));
  expect(head).toMatch(/^state,timestamp,event_type,/);
  expect(rows).toEqual([expect.stringMatching(/^orphaned,[^,]+,call_started,ada,/)]);
  expect(linesOf(await run("--json", "--limit", "1"))).toHaveLength(1);
  expect(linesOf(await run("--wide"))[0]).toMatch(/ event +tenant +route +service +id +process$/);
  expect(await run("--json", "--since", "2030")).toBe("");
  expect(linesOf(await run("--json", "--type", "chat_completion", "--model", "openai/*"))).toHaveLength(2);
  expect(await run("--type", "embedding")).toBe("");
});

test("that nothing matches is told apart from that there are no starts at all", async () => {
  const { stderr } = await runCli(["query", await journalWithOpenCalls(), "--orphans", "--user", "nobody"]);
  expect(stderr).toBe("No calls without an end match; the journal has 3 starts.\n");
  const without = await sampleJournal((call) => call("ada", "openai/gpt-4o"));
  for (const flags of [[], ["--json"]]) {
    const ran = await runCli(["query", without, "--orphans", ...flags]);
    expect(ran).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("no starts") });
  }
});

test("other readers leave starts out unless asked, and show nothing twice", async () => {
  const directory = await journalWithOpenCalls();
  expect(linesOf((await runCli(["query", directory, "--json"])).stdout)).toHaveLength(1);
  expect(linesOf((await runCli(["tail", directory, "--json"])).stdout)).toHaveLength(1);
  expect(
    linesOf((await runCli(["query", directory, "--json", "--type", "call_started"])).stdout),
  ).toHaveLength(3);
  const { stdout } = await runCli(["query", directory, "--system"]);
  for (const row of linesOf(stdout).filter((line) => line.includes("call_started")))
    expect(row).not.toMatch(/0 → 0/);
  expect((await runCli(["query", directory, "--orphans", "--system"])).code).toBe(3);
});
