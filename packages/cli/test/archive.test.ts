import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { retain } from "@openrouter-audit/retention";
import { journalOfDays, secret } from "../../retention/test/s3/support/journal-of-days.ts";
import { bucket, credentials, LockedStorage } from "../../retention/test/s3/support/locked-storage.ts";
import { S3Error } from "../../retention/test/s3/support/s3-rules.ts";
import { oldJournal, root as oldRoot } from "../../retention/test/support/old-journal.ts";
import { loadS3 } from "../src/archive/load-s3.ts";
import { runCli } from "./run-cli.ts";

const env = { OPENROUTER_AUDIT_SECRET: secret };
const first = "audit_2026-11-17.jsonl.gz";
const journal = () => journalOfDays(["2026-11-17T09:00:00.000Z", "2026-11-18T08:00:00.000Z"]);

let storage: LockedStorage;
const before = { ...process.env };
beforeEach(async () => {
  storage = await new LockedStorage().start();
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
});
afterEach(async () => {
  process.env = { ...before };
  await storage.close();
});

const upload = (directory: string, variables: Record<string, string>, ...words: string[]) => {
  const fixed = ["archive", "upload", directory, "--bucket", bucket, "--retain", "7y", "--mode"];
  return runCli([...fixed, "GOVERNANCE", "--endpoint", storage.endpoint, ...words], { env: variables });
};
const verify = (directory: string, ...words: string[]) =>
  runCli(["archive", "verify", directory, "--endpoint", storage.endpoint, ...words]);

test("stores what is closed, says until when, and verifies it later with the public key alone", async () => {
  const directory = journal();
  const dry = await upload(directory, {}, "--dry-run");
  expect([dry.code, storage.asked]).toEqual([0, []]);
  expect(dry.stdout).toContain(
    `DRY RUN  ${bucket}: 2 would be stored.\n  ${first}  until 2033-11-17 09:00:00`,
  );
  const { code, stdout, stderr } = await upload(directory, env);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^STORED {2}audit-archive: 2 stored\.\n/);
  const again = await upload(directory, env, "--json");
  expect(JSON.parse(again.stdout).files.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    "had",
    "had",
  ]);
  const found = await verify(directory);
  expect([found.code, found.stdout]).toEqual([
    0,
    expect.stringMatching(/^KEPT {2}2 of 2 objects as noted\.\n/),
  ]);
  const { result, archives } = JSON.parse((await verify(directory, "--read", "--json")).stdout);
  expect([result, archives[0].archive.at.version_id]).toEqual(["intact", storage.newest(first)!.id]);
});

test("says which object is gone, with exit code 1, and who may not ask learns that, with 2", async () => {
  const directory = journal();
  await upload(directory, env);
  const client = storage.client();
  const gone = { Bucket: bucket, Key: first, VersionId: storage.newest(first)!.id };
  await client.send(new DeleteObjectCommand({ ...gone, BypassGovernanceRetention: true }));
  client.destroy();
  const { code, stdout } = await verify(directory);
  expect(code).toBe(1);
  expect(stdout).toContain(`MISSING   ${bucket}/${first}: there is no version ${gone.VersionId}`);
  storage.troubles.push(new S3Error(403, "AccessDenied", "Access Denied"));
  const other = journal();
  await upload(other, env, "--prefix", "other/");
  storage.troubles.push(new S3Error(403, "AccessDenied", "Access Denied"));
  expect((await upload(other, env, "--prefix", "another/")).code).toBe(2);
});

test("a journal that is tampered with is said to be, with exit code 1, though nothing of it is refused", async () => {
  const directory = journal();
  expect((await upload(directory, env)).code).toBe(0);
  const anchor = join(directory, "anchor/anchor.jsonl");
  const path = join(directory, first);
  const text = gunzipSync(readFileSync(path)).toString("utf8");
  writeFileSync(path, gzipSync(text.replace("test/1", "test/2")));
  const tampered = await upload(directory, env, "--json");
  const told = JSON.parse(tampered.stdout);
  expect([tampered.code, told]).toEqual([
    1,
    {
      bucket,
      dry_run: false,
      anchors: join(directory, "anchor"),
      journal: "tampered",
      files: expect.any(Array),
    },
  ]);
  expect((await upload(directory, env)).stdout).toMatch(
    /^TAMPERED {2}the journal is not what was sealed \(\w+: /m,
  );
  writeFileSync(
    anchor,
    readFileSync(anchor, "utf8").replace("7y", "8y").replace("audit.archived", "audit.arch"),
  );
  const damaged = await upload(directory, env);
  expect([damaged.code, damaged.stderr]).toEqual([1, expect.stringContaining("does not verify")]);
});

test("what was never stored is not said to be kept", async () => {
  const directory = journal();
  await runCli(["anchor", directory], { env });
  const { code, stdout } = await verify(directory);
  expect([code, stdout]).toEqual([2, expect.stringContaining("nothing was looked at")]);
});

test("an archive in the journal that was packed again, or holds something else, is not as it was noted", async () => {
  const directory = oldJournal().directory;
  await retain(directory, { deleteAfter: null }, { root: oldRoot });
  const look = (...words: string[]) => runCli(["archive", "verify", directory, ...words]);
  const kept = await look();
  expect([kept.code, kept.stdout]).toEqual([
    0,
    expect.stringMatching(/^KEPT {2}7 of 7 archives in the journal as noted\.\n/),
  ]);
  const path = (day: string) => join(directory, `audit_2026-${day}.jsonl.gz`);
  const october = gunzipSync(readFileSync(path("10-01")));
  writeFileSync(path("10-01"), gzipSync(october, { level: 1 }));
  writeFileSync(path("10-02"), gzipSync(october));
  writeFileSync(path("06-01"), "nothing packed");
  const { code, stdout } = await look();
  expect(code).toBe(1);
  expect(stdout).toMatch(/^NOT AS IT WAS STORED {2}4 of 7 archives in the journal as noted\.\n/);
  expect(stdout).toMatch(/CHANGED {3}audit_2026-10-01.jsonl.gz: it has .* somebody packed it again/);
  expect(stdout).toMatch(/CHANGED {3}audit_2026-10-02.jsonl.gz: it has .* unpacks to something else/);
  expect(stdout).toMatch(/CHANGED {3}audit_2026-06-01.jsonl.gz: it has .* does not unpack/);
  expect(JSON.parse((await look("--json")).stdout)).toMatchObject({
    result: "tampered",
    archives: [],
    local: expect.arrayContaining([expect.objectContaining({ verdict: "KEPT" })]),
  });
  expect((await look("--bucket", bucket)).code).toBe(2);
});

test.each<[string[], RegExp]>([
  [["--mode", "COMPLIANCE"], /--mode COMPLIANCE needs --irrevocable: nobody can erase/],
  [["--retain", "7"], /Option "retain" .* 7y/],
  [["--endpoint", "minio:9000"], /--endpoint is no address/],
  [["--bucket", "s3://b"], /Option "bucket"/],
])("%j is refused, and nothing is stored", async (words, message) => {
  const { code, stderr } = await upload(journal(), env, ...words);
  expect([code, stderr]).toEqual([3, expect.stringMatching(message)]);
  expect(storage.asked).toEqual([]);
});

test("that nobody knows the region is said once, before anything is asked", async () => {
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) delete process.env[name];
  Object.assign(process.env, { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
  const words = [
    "archive",
    "upload",
    journal(),
    "--bucket",
    bucket,
    "--mode",
    "GOVERNANCE",
    "--retain",
    "1y",
  ];
  const { code, stderr } = await runCli(words, { env });
  expect([code, stderr.match(/--region/g)]).toEqual([3, ["--region"]]);
});

test("without the SDK it is said what to install", async () => {
  const missing = Object.assign(new Error("Cannot find module '@aws-sdk/client-s3'"), {
    code: "MODULE_NOT_FOUND",
  });
  await expect(loadS3(() => Promise.reject(missing))).rejects.toThrow("npm install @aws-sdk/client-s3");
  const ours = Object.assign(new Error("Cannot find module './x'"), { code: "MODULE_NOT_FOUND" });
  await expect(loadS3(() => Promise.reject(ours))).rejects.toBe(ours);
});
