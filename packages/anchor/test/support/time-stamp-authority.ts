import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { newDirectory } from "./world.ts";

const config = (directory: string) => `
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = ${directory}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[tsa_certificate]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
`;

/** A time-stamping authority of openssl, with a certificate of its own root, behind HTTP. */
export class TimeStampAuthority {
  readonly directory = newDirectory();
  /** The requests it had, in DER. */
  readonly requests: Buffer[] = [];
  /** In place of its own answer. */
  answer: (request: Buffer, response: ServerResponse) => void = (request, response) => {
    response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(this.reply(request));
  };
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(algorithm: readonly string[] = ["-newkey", "rsa:2048"]) {
    writeFileSync(this.path("openssl.cnf"), config(this.directory));
    writeFileSync(this.path("serial"), "01\n");
    const ca = [
      "req",
      "-x509",
      ...algorithm,
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=Test root",
      "-days",
      "30",
    ];
    this.openssl(...ca, "-addext", "keyUsage=critical,keyCertSign");
    this.openssl(
      "req",
      ...algorithm,
      "-nodes",
      "-keyout",
      "tsa.key",
      "-out",
      "tsa.csr",
      "-subj",
      "/CN=Test authority",
    );
    const issue = [
      "x509",
      "-req",
      "-in",
      "tsa.csr",
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "30",
    ];
    this.openssl(...issue, "-out", "tsa.pem", "-extfile", "openssl.cnf", "-extensions", "tsa_certificate");
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  get ca(): string {
    return readFileSync(this.path("ca.pem"), "utf8");
  }

  openssl(...words: readonly string[]): string {
    return execFileSync("openssl", words, {
      cwd: this.directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** The answer of `openssl ts -reply`. */
  reply(request: Buffer, ...more: readonly string[]): Buffer {
    writeFileSync(this.path("request.tsq"), request);
    const signer = ["-signer", "tsa.pem", "-inkey", "tsa.key"];
    this.openssl(
      "ts",
      "-reply",
      "-config",
      "openssl.cnf",
      "-queryfile",
      "request.tsq",
      ...signer,
      "-out",
      "reply.tsr",
      ...more,
    );
    return readFileSync(this.path("reply.tsr"));
  }

  async listen(): Promise<string> {
    await new Promise<void>((ready) => this.#server.listen(0, "127.0.0.1", ready));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/tsr`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    this.requests.push(body);
    this.answer(body, response);
  }
}
