import { execFileSync } from "node:child_process";
import { type AuditEntry, readJournal, verifyJournal } from "@openrouter-audit/core";
import { journalFilesIn } from "../../packages/core/test/support/journals.ts";
import { temporaryDirectory } from "../support/journal.ts";
import { Child } from "./child.ts";

const inAnHour = () => new Date(Date.now() + 3_600_000);

/** A process that is the first of its own process space, on a host of another name: two containers have the same numbers. */
const container = (host: string) => {
  const spaces = ["unshare", "-p", "-u", "-f", "--mount-proc", "--kill-child"];
  try {
    execFileSync(spaces[0]!, [...spaces.slice(1), "true"], { stdio: "ignore" });
  } catch {
    return [];
  }
  return [...spaces, "bash", "-c", `hostname ${host}; exec "$@"`, "bash"];
};

async function entriesOf(directory: string): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of readJournal(directory, { system: true })) entries.push(entry);
  return entries;
}

test.each(["shared", "per_process"])(
  "a cluster, one worker of which is killed and replaced, and two containers write side by side (files: %s)",
  async (files) => {
    const directory = temporaryDirectory();
    const cluster = new Child("writers.mjs", { directory, files, workers: 4 });
    const containers = ["box-1", "box-2"].map(
      (host) => new Child("writers.mjs", { directory, files, entries: 20 }, { before: container(host) }),
    );
    await cluster.says("began", 4);
    const pids = cluster.all("began");
    for (const pid of pids) await cluster.says(`recorded ${pid}`, 20);
    process.kill(Number(pids[1]), "SIGKILL");
    const last = await cluster.says("began", 5);
    await cluster.says(`recorded ${last}`, 20);
    for (const child of containers) expect(await child.ended).toEqual({ code: 0, signal: null });
    for (const pid of cluster.all("began")) if (pid !== pids[1]) process.kill(Number(pid), "SIGTERM");
    expect(await cluster.ended).toEqual({ code: 0, signal: null });
    expect(
      cluster
        .all("gone")
        .map((line) => line.split(" ")[1])
        .sort(),
    ).toEqual(["SIGKILL", ...Array(4).fill("SIGTERM")]);

    const entries = await entriesOf(directory);
    const ids = new Set(entries.map(({ id }) => id));
    const acknowledged = [cluster, ...containers].flatMap((child) =>
      child.all("recorded").map((line) => line.split(" ")[1]!),
    );
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    const { logs, problems } = await verifyJournal(directory, { now: inAnHour() });
    expect(problems.filter(({ result }) => result === "tampered")).toEqual([]);
    expect(logs.map(({ state }) => state).sort()).toEqual([...Array(6).fill("closed"), "unclosed"]);
    // Nothing but the killed one's end is missing anywhere.
    const killed = logs.find(({ state }) => state === "unclosed")!.log;
    const ends = ["UNCLOSED", "TORN_TAIL", "UNSIGNED_TAIL"];
    expect(
      problems.filter(({ verdict, log }) => !ends.includes(verdict) || (log ?? killed) !== killed),
    ).toEqual([]);
    expect(journalFilesIn(directory)).toHaveLength(files === "shared" ? 1 : logs.length);
    const ofContainers = entries.filter(
      ({ event_type, detail }) => event_type === "audit.opened" && detail?.pid === 1,
    );
    if (container("box").length > 0)
      expect(ofContainers.map(({ detail }) => detail?.host).sort()).toEqual(["box-1", "box-2"]);
  },
);

test("workers whose primary is killed end, and what they had acknowledged is there", async () => {
  const directory = temporaryDirectory();
  const cluster = new Child("writers.mjs", { directory, files: "shared", workers: 2 });
  await cluster.says("began", 2);
  for (const pid of cluster.all("began")) await cluster.says(`recorded ${pid}`, 5);
  cluster.kill("SIGKILL");
  // When nobody can write to its pipe any more.
  await cluster.ended;
  const ids = new Set((await entriesOf(directory)).map(({ id }) => id));
  expect(cluster.all("recorded").filter((line) => !ids.has(line.split(" ")[1]!))).toEqual([]);
  const { logs, problems } = await verifyJournal(directory, { now: inAnHour() });
  expect(logs.map(({ state }) => state)).toEqual(["unclosed", "unclosed"]);
  expect(problems.filter(({ result }) => result === "tampered")).toEqual([]);
});
