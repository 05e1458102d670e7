import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";
import { newDirectory } from "./journal-of-days.ts";
import { checkPut, S3Error, unknownParts } from "./s3-rules.ts";
import { signatureFlaw } from "./signature-v4.ts";

/** A version of an object, and what it is locked with. Tests change it, to see that it is found. */
export interface Version {
  readonly id: string;
  /** The key under which S3rver has its contents; null for the mark of a deletion. */
  stored: string | null;
  bytes: number;
  /** In base64; null where the storage keeps none. */
  sha256: string | null;
  mode: string | undefined;
  until: string | undefined;
  hold: string | undefined;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  status: number;
}

/** What happens once, instead of an answer: an error, or the connection breaks when all is done, or before. */
export type Trouble = S3Error | "answer lost" | "not reached";

export const bucket = "audit-archive";
export const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/**
 * S3rver has the contents. What it knows nothing of stands before it: versions, Object Lock, checksums, conditional writes and
 * signatures. Each request is held against the rules of the Amazon S3 API Reference; a header they do not name is an error.
 */
export class LockedStorage {
  readonly asked: Asked[] = [];
  readonly versions = new Map<string, Version[]>();
  readonly troubles: Trouble[] = [];
  /** The bucket has Object Lock, and so keeps versions. */
  hasLock = true;
  hasBucket = true;
  now: () => Date = () => new Date();
  /** Says nothing of locks, as S3 to those who may not ask. */
  isSilentOfLocks = false;
  readonly #inner = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory: newDirectory(),
    vhostBuckets: false,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #innerURL = "";

  async start(): Promise<this> {
    const { port } = await this.#inner.run();
    this.#innerURL = `http://127.0.0.1:${port}/${bucket}/`;
    await new Promise<void>((listening) => this.#server.listen(0, "127.0.0.1", listening));
    return this;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  client(): S3Client {
    const { endpoint } = this;
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    return new S3Client({
      endpoint,
      region: "eu-central-1",
      forcePathStyle: true,
      credentials,
      logger,
      maxAttempts: 1,
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
    await this.#inner.close();
  }

  /** The newest version of an object. */
  newest(key: string): Version | undefined {
    return this.versions.get(key)?.at(-1);
  }

  /** Puts other contents in the place of those of a version, as whoever has the disks of a storage can. */
  async overwrite(version: Version, contents: string): Promise<void> {
    await fetch(this.#innerURL + version.stored, { method: "PUT", body: contents });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const asked: Asked = { method, url, headers, status: 0 };
    this.asked.push(asked);
    const body = await buffer(request);
    const trouble = this.troubles.shift();
    if (trouble === "not reached") return void request.socket.destroy();
    try {
      if (trouble instanceof S3Error) throw trouble;
      const answer = await this.#done(request, body);
      if (trouble === "answer lost") return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    } catch (error) {
      const { status, code, message } =
        error instanceof S3Error ? error : new S3Error(500, "InternalError", String(error));
      response.writeHead(status, { "content-type": "application/xml" });
      const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
      response.end(method === "HEAD" ? undefined : xml);
    }
    asked.status = response.statusCode;
  }

  async #done(
    request: IncomingMessage,
    body: Buffer,
  ): Promise<{ status: number; headers: Record<string, string>; body?: Buffer }> {
    const { method = "", headers } = request;
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    const unknown = unknownParts(method, headers, searchParams);
    if (unknown.length > 0) throw new S3Error(400, "InvalidArgument", `not of ${method}: ${unknown}`);
    const flaw = signatureFlaw(request, credentials.secretAccessKey);
    if (flaw) throw new S3Error(403, "SignatureDoesNotMatch", flaw);
    const [, name, ...path] = pathname.split("/");
    if (name !== bucket || !this.hasBucket)
      throw new S3Error(404, "NoSuchBucket", "The specified bucket does not exist");
    const key = decodeURIComponent(path.join("/"));
    if (method === "PUT") return this.#put(key, headers, body);
    if (key === "" && method === "HEAD") return { status: 200, headers: {} };
    const versionId = searchParams.get("versionId");
    if (method === "DELETE") return this.#delete(key, versionId, headers);
    const version = this.#find(key, versionId);
    const known = this.#headersOf(version, headers["x-amz-checksum-mode"] === "ENABLED");
    if (method === "HEAD") return { status: 200, headers: known };
    const contents = await fetch(this.#innerURL + version.stored);
    const bytes = Buffer.from(await contents.arrayBuffer());
    return { status: 200, headers: { ...known, "content-length": String(bytes.length) }, body: bytes };
  }

  async #put(key: string, headers: IncomingHttpHeaders, body: Buffer) {
    const locks = Object.keys(headers).some((header) => header.startsWith("x-amz-object-lock-"));
    if (locks && !this.hasLock)
      throw new S3Error(400, "InvalidRequest", "Bucket is missing Object Lock Configuration");
    const newest = this.newest(key);
    checkPut(headers, key, body, newest !== undefined && newest.stored !== null, this.now());
    const one = (header: string) => headers[header] as string | undefined;
    const id = randomUUID();
    await fetch(this.#innerURL + id, { method: "PUT", body });
    const version = {
      id,
      stored: id,
      bytes: body.length,
      sha256: one("x-amz-checksum-sha256") ?? null,
      mode: one("x-amz-object-lock-mode"),
      until: one("x-amz-object-lock-retain-until-date"),
      hold: one("x-amz-object-lock-legal-hold"),
    };
    this.versions.set(key, [...(this.versions.get(key) ?? []), version]);
    return { status: 200, headers: { "x-amz-version-id": id, etag: `"${id}"` } };
  }

  #delete(key: string, versionId: string | null, headers: IncomingHttpHeaders) {
    const versions = this.versions.get(key) ?? [];
    if (versionId === null) {
      const mark = { id: randomUUID(), stored: null, bytes: 0, sha256: null };
      this.versions.set(key, [...versions, { ...mark, mode: undefined, until: undefined, hold: undefined }]);
      return { status: 204, headers: { "x-amz-delete-marker": "true", "x-amz-version-id": mark.id } };
    }
    const { mode, until, hold } = this.#find(key, versionId);
    const mayBypass = mode === "GOVERNANCE" && headers["x-amz-bypass-governance-retention"] === "true";
    const isLocked = until !== undefined && Date.parse(until) > this.now().getTime() && !mayBypass;
    if (isLocked || hold === "ON")
      throw new S3Error(403, "AccessDenied", "Access Denied because object protected by object lock.");
    this.versions.set(
      key,
      versions.filter(({ id }) => id !== versionId),
    );
    return { status: 204, headers: { "x-amz-version-id": versionId } };
  }

  #find(key: string, versionId: string | null): Version {
    const versions = this.versions.get(key) ?? [];
    const version = versionId === null ? versions.at(-1) : versions.find(({ id }) => id === versionId);
    if (!version)
      throw new S3Error(404, versionId === null ? "NoSuchKey" : "NoSuchVersion", "It does not exist.");
    if (version.stored === null)
      throw new S3Error(versionId === null ? 404 : 405, "MethodNotAllowed", "A delete marker.");
    return version;
  }

  #headersOf(
    { id, bytes, sha256, mode, until, hold }: Version,
    withChecksum: boolean,
  ): Record<string, string> {
    const locks = this.isSilentOfLocks
      ? {}
      : {
          "x-amz-object-lock-mode": mode,
          "x-amz-object-lock-retain-until-date": until,
          "x-amz-object-lock-legal-hold": hold,
        };
    const known = {
      "content-length": String(bytes),
      etag: `"${id}"`,
      "x-amz-version-id": id,
      ...(withChecksum &&
        sha256 !== null && { "x-amz-checksum-sha256": sha256, "x-amz-checksum-type": "FULL_OBJECT" }),
      ...locks,
    };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >;
  }
}
