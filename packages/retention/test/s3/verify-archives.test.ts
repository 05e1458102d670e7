import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type UploadOptions, uploadArchives, verifyArchives } from "../../src/s3/index.ts";
import { journalOfDays, root } from "./support/journal-of-days.ts";
import { bucket, LockedStorage, type Version } from "./support/locked-storage.ts";
import { S3Error } from "./support/s3-rules.ts";

const now = () => new Date("2026-11-20T12:00:00.000Z");
const days = ["2026-11-17T09:00:00.000Z", "2026-11-18T08:00:00.000Z"];
const [first, second] = ["audit_2026-11-17.jsonl.gz", "audit_2026-11-18.jsonl.gz"];

let storage: LockedStorage;
let client: S3Client;
beforeEach(async () => {
  storage = await new LockedStorage().start();
  storage.now = now;
  client = storage.client();
});
afterEach(async () => {
  client.destroy();
  await storage.close();
});

async function stored(more: Partial<UploadOptions> = {}): Promise<string> {
  const directory = journalOfDays(days);
  const fixed = { client, root, bucket, now, mode: "GOVERNANCE", retain: "7y" } as const;
  await uploadArchives(directory, { ...fixed, ...more });
  storage.asked.length = 0;
  return directory;
}
const verify = (directory: string, more = {}) => verifyArchives(directory, { client, now, ...more });
const version = (file: string) => storage.newest(file)!;

test("every version is asked for by its id, and what is as it was noted is kept", async () => {
  const directory = await stored();
  const { result, keySource, archives } = await verify(directory);
  expect([result, keySource]).toEqual(["intact", "journal"]);
  expect(archives.map(({ verdict, message }) => [verdict, message])).toEqual([
    ["KEPT", null],
    ["KEPT", null],
  ]);
  expect(storage.asked.map(({ method, url, status }) => [method, url, status])).toEqual(
    [first, second].map((file) => ["HEAD", `/${bucket}/${file}?versionId=${version(file).id}`, 200]),
  );
});

test("a version that others hide behind a deletion or another one is still there", async () => {
  const directory = await stored();
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: first }));
  expect((await verify(directory)).result).toBe("intact");
});

test("a version that somebody removed who may is missing", async () => {
  const directory = await stored();
  const remove = {
    Bucket: bucket,
    Key: first,
    VersionId: version(first).id,
    BypassGovernanceRetention: true,
  };
  await client.send(new DeleteObjectCommand(remove));
  const { result, archives } = await verify(directory);
  expect(result).toBe("tampered");
  expect(archives.map(({ verdict }) => verdict)).toEqual(["MISSING", "KEPT"]);
});

test("a storage that answers with another version does not have the one that was noted", async () => {
  const directory = await stored();
  const send = async (command: Parameters<S3Client["send"]>[0]) => {
    const answer = await client.send(command);
    return "VersionId" in answer ? { ...answer, VersionId: "another" } : answer;
  };
  const { result, archives } = await verify(directory, { client: { send } });
  expect([result, archives.map(({ verdict }) => verdict)]).toEqual(["tampered", ["MISSING", "MISSING"]]);
});

test("a storage without that bucket is another storage, and accuses nobody", async () => {
  const directory = await stored();
  storage.hasBucket = false;
  const { result, archives } = await verify(directory);
  expect([result, archives.map(({ verdict }) => verdict)]).toEqual(["incomplete", ["UNKNOWN", "UNKNOWN"]]);
  expect(archives[0]!.message).toBe(`there is no bucket ${bucket} in this storage`);
  expect(storage.asked.filter(({ url }) => !url.includes("audit_"))).toHaveLength(1);
});

test("one that is gone after its time has expired, and accuses nobody", async () => {
  const directory = await stored();
  storage.versions.clear();
  const { result, archives } = await verify(directory, { now: () => new Date("2034-01-01T00:00:00.000Z") });
  expect([result, archives.map(({ verdict }) => verdict)]).toEqual(["intact", ["EXPIRED", "EXPIRED"]]);
});

test.each<[string, (one: Version) => unknown, RegExp]>([
  ["no lock", (one) => Object.assign(one, { mode: undefined, until: undefined }), /not locked/],
  ["a shorter lock", (one) => Object.assign(one, { until: "2030-01-01T00:00:00Z" }), /and is until 2030/],
  ["a weaker lock", (one) => Object.assign(one, { mode: "GOVERNANCE" }), /is in GOVERNANCE mode/],
  ["no hold", (one) => Object.assign(one, { hold: "OFF" }), /not on hold any more/],
])("one that has %s now is unlocked", async (_, change, message) => {
  const directory = await stored({ mode: "COMPLIANCE", irrevocable: true, legalHold: true });
  change(version(second));
  const { result, archives } = await verify(directory);
  expect([result, archives.map(({ verdict }) => verdict)]).toEqual(["tampered", ["KEPT", "UNLOCKED"]]);
  expect(archives[1]!.message).toMatch(message);
});

test("a longer and stricter lock is as good as the one that was noted", async () => {
  const directory = await stored();
  Object.assign(version(first), { mode: "COMPLIANCE", until: "2040-01-01T00:00:00Z" });
  expect((await verify(directory)).result).toBe("intact");
});

test("another checksum is a change; other contents under the old checksum are found by reading them", async () => {
  const directory = await stored();
  version(first).sha256 = Buffer.alloc(32).toString("base64");
  expect((await verify(directory)).archives.map(({ verdict }) => verdict)).toEqual(["CHANGED", "KEPT"]);
  await storage.overwrite(version(second), "x".repeat(version(second).bytes));
  const { archives } = await verify(directory, { read: true });
  expect(archives.map(({ verdict }) => verdict)).toEqual(["KEPT", "CHANGED"]);
});

test("what a storage does not say is not known, and not intact", async () => {
  const directory = await stored();
  storage.troubles.push(new S3Error(403, "AccessDenied", "Access Denied"));
  const { result, archives } = await verify(directory);
  expect([result, archives.map(({ verdict }) => verdict)]).toEqual(["incomplete", ["UNKNOWN", "KEPT"]]);
  expect(archives[0]!.message).toMatch(/^the credentials may not do that/);
});

test("when nothing was noted, nothing was looked at, and that is not intact", async () => {
  const directory = await stored();
  const { result, archives } = await verify(directory, { bucket: "another-bucket" });
  expect([result, archives]).toEqual(["incomplete", []]);
});

test("notes of an anchor log that does not verify are not believed", async () => {
  const directory = await stored();
  const path = join(directory, "anchor/anchor.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replaceAll(version(first).id, version(second).id));
  await expect(verify(directory)).rejects.toMatchObject({ code: "ANCHOR_DAMAGED" });
  expect(storage.asked).toEqual([]);
});

test("it takes the public key alone, of the journal or given", async () => {
  const directory = await stored();
  const key = readFileSync(join(directory, "public-key"), "utf8").trim();
  rmSync(join(directory, "public-key"));
  await expect(verify(directory)).rejects.toMatchObject({ code: "JOURNAL_UNREADABLE" });
  expect(await verify(directory, { key })).toMatchObject({ result: "intact", keySource: "given" });
});
