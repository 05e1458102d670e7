import { createHash } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type UploadOptions, uploadArchives } from "../../src/s3/index.ts";
import { anchorEntries, journalOfDays, root } from "./support/journal-of-days.ts";
import { bucket, LockedStorage } from "./support/locked-storage.ts";
import { S3Error } from "./support/s3-rules.ts";

const now = () => new Date("2026-11-20T12:00:00.000Z");
const days = ["2026-11-17T09:00:00.000Z", "2026-11-18T08:00:00.000Z", "2026-11-18T23:59:59.123Z"];
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

function upload(directory: string, more: Partial<UploadOptions> = {}) {
  const fixed = { client, root, bucket, now, mode: "GOVERNANCE", retain: "7y", pauseMs: 0 } as const;
  return uploadArchives(directory, { ...fixed, ...more });
}
const outcomes = async (run: ReturnType<typeof upload>) => (await run).files.map(({ outcome }) => outcome);
const archived = (directory: string) =>
  anchorEntries(directory).filter(({ event_type }) => event_type === "audit.archived");
const statuses = () => storage.asked.map(({ method, status }) => `${method} ${status}`);

describe("what is stored", () => {
  test("is the file byte for byte, locked until seven calendar years behind its newest entry", async () => {
    const directory = journalOfDays(days);
    const { files } = await upload(directory, { prefix: "audit/production/" });
    expect(files.map(({ file, outcome, retain_until }) => [file, outcome, retain_until])).toEqual([
      [first, "stored", "2033-11-17T09:00:00.000Z"],
      [second, "stored", "2033-11-19T00:00:00.000Z"],
    ]);
    const { headers } = storage.asked[0]!;
    const sha256 = createHash("sha256")
      .update(readFileSync(join(directory, first)))
      .digest("base64");
    expect(headers).toMatchObject({
      "if-none-match": "*",
      "content-type": "application/gzip",
      "x-amz-checksum-sha256": sha256,
      "x-amz-sdk-checksum-algorithm": "SHA256",
      "x-amz-object-lock-mode": "GOVERNANCE",
      "x-amz-object-lock-retain-until-date": "2033-11-17T09:00:00Z",
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    });
    expect(headers["x-amz-object-lock-legal-hold"]).toBeUndefined();
    expect(headers["content-md5"]).toBeUndefined();
    expect(statuses()).toEqual(["PUT 200", "HEAD 200", "PUT 200", "HEAD 200"]);
  });

  test("is noted in the anchor log, with the version and the checksums, and by whom", async () => {
    const directory = journalOfDays(days);
    await upload(directory, { prefix: "p/", person: { id: "ops", source: "os.userInfo()" } });
    const [note, ...others] = archived(directory);
    expect(others).toEqual([]);
    expect(note).toMatchObject({
      user_id: "ops",
      attribution: { how: "authenticated", source: "os.userInfo()" },
    });
    const packed = readFileSync(join(directory, first));
    const plain = gunzipSync(packed);
    const hex = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    const version_id = storage.newest(`p/${first}`)!.id;
    expect(note.detail.files[0]).toEqual({
      file: first,
      lines: 2,
      bytes: plain.length,
      sha256: hex(plain),
      archive_bytes: packed.length,
      archive_sha256: hex(packed),
      at: {
        bucket,
        key: `p/${first}`,
        version_id,
        retain_until: "2033-11-17T09:00:00.000Z",
        mode: "GOVERNANCE",
        etag: `"${version_id}"`,
      },
    });
  });

  test("is never stored or noted a second time, also when the file was compressed meanwhile", async () => {
    const directory = journalOfDays(days, ["2026-11-17"]);
    expect(await outcomes(upload(directory, { uncompressed: true }))).toEqual(["stored", "stored"]);
    const plain = join(directory, "audit_2026-11-17.jsonl");
    writeFileSync(`${plain}.gz`, gzipSync(readFileSync(plain)));
    const before = storage.asked.length;
    expect(await outcomes(upload(directory))).toEqual(["had", "had"]);
    expect([storage.asked.length - before, archived(directory).length]).toEqual([0, 1]);
  });

  test("that is noted with less than is asked for now is refused, unless the storage says that it is locked so since", async () => {
    const directory = journalOfDays(days);
    await upload(directory);
    for (const more of [
      { retain: "9y" },
      { legalHold: true },
      { mode: "COMPLIANCE", irrevocable: true },
    ] as const) {
      const { files } = await upload(directory, more);
      expect(files.map(({ outcome, reason }) => [outcome, reason])).toEqual(
        Array(2).fill(["refused", expect.stringMatching(/^it is noted already, and stays as it is: /)]),
      );
    }
    expect(await outcomes(upload(directory, { retain: "6y" }))).toEqual(["had", "had"]);
    expect(storage.versions.get(first)!.length).toBe(1);
  });

  test("cannot be removed by whoever writes the journal, and a later version does not hide it", async () => {
    const directory = journalOfDays(days);
    const { files } = await upload(directory, { mode: "COMPLIANCE", irrevocable: true, legalHold: true });
    const { key, version_id, mode, legal_hold } = files[0]!.at!;
    expect([mode, legal_hold]).toEqual(["COMPLIANCE", true]);
    const remove = { Bucket: bucket, Key: key, VersionId: version_id, BypassGovernanceRetention: true };
    await expect(client.send(new DeleteObjectCommand(remove))).rejects.toThrow("protected by object lock");
  });

  test("has a Content-MD5 too where a storage wants one", async () => {
    const directory = journalOfDays(days);
    expect(await outcomes(upload(directory, { md5: true }))).toEqual(["stored", "stored"]);
    const md5 = createHash("md5")
      .update(readFileSync(join(directory, first)))
      .digest("base64");
    expect(storage.asked[0]!.headers["content-md5"]).toBe(md5);
  });

  test.each([
    ["90d", "2024-02-29T10:00:00.000Z", "2024-05-29T10:00:00.000Z"],
    ["6mo", "2024-08-31T10:00:00.000Z", "2025-02-28T10:00:00.000Z"],
    ["1y", "2024-02-29T10:00:00.000Z", "2025-02-28T10:00:00.000Z"],
    [
      (newest: Date) => new Date(newest.getTime() + 1),
      "2024-08-31T10:00:00.000Z",
      "2024-08-31T10:00:01.000Z",
    ],
  ])("is to be kept for %s behind %s until %s", async (retain, time, until) => {
    const directory = journalOfDays([time]);
    const clock = () => new Date(Date.parse(`${time.slice(0, 10)}T00:00:00.000Z`) + 86_400_000);
    const { files } = await upload(directory, { retain, dryRun: true, now: clock });
    expect(files[0]!.retain_until).toBe(until);
    expect(storage.asked).toEqual([]);
  });
});

describe("what is not stored", () => {
  test("are files whose day is not over, and those that are not compressed, unless that is asked for", async () => {
    const directory = journalOfDays(
      [...days, "2026-11-19T10:00:00.000Z", "2026-11-20T10:00:00.000Z"],
      ["2026-11-19"],
    );
    const { files } = await upload(directory);
    expect(files.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      "stored",
      "stored",
      "it is not compressed yet",
      "its day is not over",
    ]);
    expect(await outcomes(upload(directory, { uncompressed: true }))).toEqual([
      "had",
      "had",
      "stored",
      "waits",
    ]);
  });

  test("is anything in a dry run, which says what would be", async () => {
    const directory = journalOfDays(days);
    const before = readdirSync(directory);
    const { root: _root, ...options } = {
      client,
      root,
      bucket,
      now,
      mode: "GOVERNANCE",
      retain: "7y",
    } as const;
    const { files } = await uploadArchives(directory, { ...options, dryRun: true });
    expect(files.map(({ outcome }) => outcome)).toEqual(["planned", "planned"]);
    // No lock, no root key, and no anchor log that was not there.
    expect([storage.asked, readdirSync(directory)]).toEqual([[], before]);
    await expect(uploadArchives(directory, options)).rejects.toThrow('"root"');
    await upload(directory);
    const noted = readFileSync(join(directory, "anchor/anchor.jsonl"), "utf8");
    expect(await outcomes(upload(directory, { dryRun: true }))).toEqual(["had", "had"]);
    expect(readFileSync(join(directory, "anchor/anchor.jsonl"), "utf8")).toBe(noted);
  });

  test("is a file that need not be kept any longer: a lock cannot end in the past", async () => {
    const directory = journalOfDays(days);
    expect(await outcomes(upload(directory, { retain: "2d" }))).toEqual(["over", "stored"]);
  });

  test("is a file that was tampered with, nor any other with lines of that log", async () => {
    const directory = journalOfDays(days);
    const lines = gunzipSync(readFileSync(join(directory, second))).toString();
    writeFileSync(
      join(directory, second),
      gzipSync(lines.replace('"service":{"instance":"test/1"', '"service":{"instance":"test/2"')),
    );
    const { files } = await upload(directory);
    expect(files.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    expect(files[1]!.reason).toMatch(/^it does not verify: ROOT_MISMATCH/);
    expect(storage.asked).toEqual([]);
  });

  test("is a file whose clock ran ahead: it would be locked for too long", async () => {
    const directory = journalOfDays([days[0]!, "2026-11-18T08:00:00.000Z"]);
    const early = () => new Date("2026-11-18T07:00:00.000Z");
    writeFileSync(join(directory, "audit_2026-11-16.jsonl.gz"), readFileSync(join(directory, second)));
    const { files } = await upload(directory, { now: early });
    expect(files[0]).toMatchObject({ outcome: "refused" });
    expect(storage.versions.has("audit_2026-11-16.jsonl.gz")).toBe(false);
  });

  test("is a file that somebody writes to while it is verified", async () => {
    const directory = journalOfDays(days, ["2026-11-17", "2026-11-18"]);
    let isDone = false;
    const onProgress = () => {
      if (!isDone) appendFileSync(join(directory, "audit_2026-11-18.jsonl"), "\n");
      isDone = true;
    };
    const { files } = await upload(directory, { uncompressed: true, onProgress });
    expect(files.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      "stored",
      "somebody wrote to it after it was verified",
    ]);
  });
});

describe("when something goes wrong", () => {
  test("a run that was cut behind a PUT is finished by the next one, without storing it again", async () => {
    const directory = journalOfDays(days);
    const cut = { send: client.send.bind(client) as S3Client["send"] };
    await upload(directory, { client: cut });
    // The same objects, and an anchor log that knows nothing of them: another process began and was killed.
    const twin = journalOfDays(days);
    for (const file of [first, second]) writeFileSync(join(twin, file), readFileSync(join(directory, file)));
    const { files } = await upload(twin);
    expect(files.map(({ outcome }) => outcome)).toEqual(["noted", "noted"]);
    expect([...storage.versions.values()].map((versions) => versions.length)).toEqual([1, 1]);
    expect(archived(twin)[0].detail.files).toEqual(archived(directory)[0].detail.files);
  });

  test("an answer that was lost is found by the same run", async () => {
    storage.troubles.push("answer lost");
    expect(await outcomes(upload(journalOfDays(days)))).toEqual(["noted", "stored"]);
    expect(statuses().slice(0, 3)).toEqual(["PUT 0", "PUT 412", "HEAD 200"]);
  });

  test("a busy storage is asked again, and a connection that broke is made again", async () => {
    const busy = new S3Error(503, "SlowDown", "Please reduce your request rate.");
    storage.troubles.push(busy, busy, "not reached");
    expect(await outcomes(upload(journalOfDays(days)))).toEqual(["stored", "stored"]);
    expect(statuses().slice(0, 5)).toEqual(["PUT 503", "PUT 503", "PUT 0", "PUT 200", "HEAD 200"]);
  });

  test("what it does not know is not asked again, and what it takes is said", async () => {
    storage.troubles.push(new S3Error(501, "NotImplemented", "A header you provided is not implemented."));
    const { files } = await upload(journalOfDays(days));
    expect(files[0]!.reason).toContain("If-None-Match");
    expect(statuses()).toEqual(["PUT 501"]);
  });

  test("that it is busy behind a PUT is waited for too", async () => {
    const busy = new S3Error(503, "SlowDown", "Please reduce your request rate.");
    const { client: hindered } = afterRequests(1, () => storage.troubles.push(busy));
    expect(await outcomes(upload(journalOfDays(days), { client: hindered }))).toEqual(["stored", "stored"]);
    expect(statuses().slice(0, 3)).toEqual(["PUT 200", "HEAD 503", "HEAD 200"]);
  });

  test("where the anchor log goes afterwards is told of what was stored", async () => {
    const kept: number[] = [];
    const sink = {
      name: "witness",
      keep: async ({ head }: { head: { size: number } }) => void kept.push(head.size),
    };
    const directory = journalOfDays(days);
    await upload(directory, { sinks: [sink] as never });
    expect(kept).toEqual([anchorEntries(directory).length]);
  });

  test("one that stays busy ends the run; what was stored before is noted, and the rest comes in the next", async () => {
    const directory = journalOfDays(days);
    const busy = () => new S3Error(503, "SlowDown", "Please reduce your request rate.");
    const { client: hindered } = afterRequests(2, () => storage.troubles.push(busy(), busy()));
    const { files } = await upload(directory, { client: hindered, attempts: 2 });
    expect(files.map(({ outcome }) => outcome)).toEqual(["stored", "failed"]);
    expect(files[1]!.reason).toMatch(/too busy.*503 SlowDown/);
    expect(archived(directory)[0].detail.files).toHaveLength(1);
    expect(await outcomes(upload(directory))).toEqual(["had", "stored"]);
  });

  test("whoever may not write is told what it takes, and no other file is tried", async () => {
    storage.troubles.push(new S3Error(403, "AccessDenied", "Access Denied"));
    const { files } = await upload(journalOfDays(days));
    expect(files.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    expect(files[0]!.reason).toMatch(
      /^the credentials may not do that\. Storing takes s3:PutObject, .*403 AccessDenied/,
    );
    expect(statuses()).toEqual(["PUT 403"]);
  });

  test("an object that lies there with other contents is neither written over nor noted", async () => {
    const directory = journalOfDays(days);
    await upload(directory);
    const other = journalOfDays(days);
    const { files } = await upload(other);
    expect(files[0]).toMatchObject({ outcome: "refused", at: null });
    expect(files[0]!.reason).toContain("other contents lies there, which is not written over");
    expect([storage.versions.get(first)!.length, archived(other)]).toEqual([1, []]);
  });

  test("a bucket without Object Lock is refused", async () => {
    storage.hasLock = false;
    const { files } = await upload(journalOfDays(days));
    expect(files[0]).toMatchObject({ outcome: "failed" });
    expect(files[0]!.reason).toContain("Has the bucket Object Lock?");
  });

  test("nothing is noted where the storage does not say that it is locked", async () => {
    storage.isSilentOfLocks = true;
    const directory = journalOfDays(days);
    const { files } = await upload(directory);
    expect(files[0]!.reason).toContain("the storage did not lock it");
    expect(files[1]!.reason).toBe(`not tried: the storage did not lock ${first}`);
    expect(statuses().filter((status) => status.startsWith("PUT"))).toHaveLength(1);
    expect(archived(directory)).toEqual([]);
  });

  test("a storage that keeps no checksum is read", async () => {
    const directory = journalOfDays(days);
    const { client: forgetful } = afterRequests(1, () => {
      storage.newest(first)!.sha256 = null;
    });
    expect(await outcomes(upload(directory, { client: forgetful }))).toEqual(["stored", "stored"]);
    expect(statuses().slice(0, 3)).toEqual(["PUT 200", "HEAD 200", "GET 200"]);
  });

  /** The client, and something that happens once so many requests were answered. */
  function afterRequests(count: number, happens: () => void) {
    let left = count;
    const send = async (command: Parameters<S3Client["send"]>[0]) => {
      const answer = await client.send(command);
      left -= 1;
      if (left === 0) happens();
      return answer;
    };
    return { client: { send: send as S3Client["send"] } };
  }
});

test.each<[Partial<UploadOptions>, string]>([
  [{ mode: "COMPLIANCE" }, '"irrevocable"'],
  [{ irrevocable: true }, '"irrevocable"'],
  [{ retain: "7" }, '"retain"'],
  [{ retain: "7m" }, '"retain"'],
  [{ retain: "101y" }, '"retain"'],
  [{ retain: () => new Date(Number.NaN) }, '"retain"'],
  [{ bucket: "s3://bucket" }, '"bucket"'],
  [{ prefix: "/audit" }, '"prefix"'],
  [{ prefix: "a/../b/" }, '"prefix"'],
])("the option %j is refused before anything is stored", async (options, named) => {
  const refused = upload(journalOfDays(days), options);
  await expect(refused).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringContaining(named),
  });
  expect(storage.asked).toEqual([]);
});
