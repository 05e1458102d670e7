import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EntriesRejected, lineOf } from "@openrouter-audit/core";
import { webhookSink } from "@openrouter-audit/sink-webhook";
import { sealedEntries } from "../../../test/support/sealed-entries.ts";
import { secret } from "./support/receiver-server.ts";

const calm = { signal: new AbortController().signal };
const page = () => readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("what the page says makes a journal of lines that came in any order, of several days, with a clock set back", () => {
  const home = mkdtempSync(join(tmpdir(), "openrouter-audit-received-"));
  const line = (log: string, seq: number, day: string) =>
    JSON.stringify({ chain_hash: "x", log, note: "a b\\n  c", recorded_at: `${day}T00:00:00.000Z`, seq });
  const a = [
    line("l/a", 0, "2026-11-24"),
    line("l/a", 1, "2026-11-25"),
    line("l/a", 9, "2026-11-24"), // the clock was set back: it stands in the later file
    line("l/a", 10, "2026-11-26"),
  ];
  const b = [line("l/b", 0, "2026-11-24")];
  const received = [a[3], b[0], "no entry", a[2], '{"level":1}', a[1], a[0], a[3]];
  writeFileSync(join(home, "received.jsonl"), received.map((each) => `${each}\n`).join(""));
  const [, command] = /^```sh\n(mkdir .*?)^npx openrouter-audit verify/ms.exec(page())!;
  execFileSync("sh", ["-ec", command!], { cwd: home });
  const day = (name: string) => readFileSync(join(home, `restored/audit_2026-11-${name}.jsonl`), "utf8");
  expect(readdirSync(join(home, "restored"))).toHaveLength(3);
  expect(day("24")).toBe(`${a[0]}\n${b[0]}\n`);
  expect(day("25")).toBe(`${a[1]}\n${a[2]}\n`);
  expect(day("26")).toBe(`${a[3]}\n`);
  rmSync(home, { recursive: true });
});

describe("the receiver of the page", () => {
  const home = mkdtempSync(join(tmpdir(), "openrouter-audit-receiver-"));
  const before = process.cwd();
  let server: Server;
  let url: string;

  beforeAll(async () => {
    process.chdir(home);
    process.env.OPENROUTER_AUDIT_WEBHOOK_SECRET = secret;
    const { app } = await import("./receiver.ts");
    await new Promise<void>((listening) => {
      server = app.listen(0, "127.0.0.1", () => listening());
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    process.chdir(before);
    rmSync(home, { recursive: true });
  });

  test("is the one that the tests run", () => {
    expect(page()).toContain(
      `\`\`\`ts\n${readFileSync(new URL("./receiver.ts", import.meta.url), "utf8")}\`\`\``,
    );
  });

  test("keeps the lines of a batch once, names what it never takes, and believes no other secret", async () => {
    const batch = await sealedEntries(...Array.from({ length: 200 }, (_, index) => ({ index })));
    const sink = webhookSink({ url, secret });
    await sink.write(batch, calm);
    await sink.write(batch.slice(10, 20), calm);
    const [next] = await sealedEntries({ index: 200 });
    const odd = { ...batch[0]!, id: "odd", schema_version: 2 as never };
    const error = await sink.write([odd, next!], calm).catch((thrown: EntriesRejected) => thrown);
    expect((error as EntriesRejected).rejected).toEqual([
      { id: "odd", reason: "its schema_version is not 1" },
    ]);
    const lines = [...batch, next!].map((entry) => `${lineOf(entry)}\n`).join("");
    expect(readFileSync("received.jsonl", "utf8")).toBe(lines);

    const other = webhookSink({ url, secret: secret.replace("whsec_", "whsec_AAAA") });
    await expect(other.write(batch, calm)).rejects.toThrow(
      /does not believe the signature: .* \(401\), in its words: The signature/,
    );
    expect(readFileSync("received.jsonl", "utf8")).toBe(lines);
  });
});
