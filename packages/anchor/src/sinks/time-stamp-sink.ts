import { AuditError } from "@openrouter-audit/core";
import type { AnchorSink } from "../anchor.ts";
import { post } from "./post.ts";
import { Receipts } from "./receipts.ts";
import { certificatesOf, timeStamped } from "./time-stamp-answer.ts";
import { timeStampRequest } from "./time-stamp-request.ts";

export interface TimeStampOptions {
  /** Where the time-stamping authority takes requests over HTTP: RFC 3161 section 3.4. */
  readonly url: string;
  /** The certificates to trust, in PEM: then the signature is checked before the time-stamp is kept. */
  readonly ca?: string;
  /** @default 30_000 */
  readonly timeoutMs?: number;
}

/**
 * Has each anchor time-stamped by an authority (RFC 3161): `receipts/<size>.tsr` is its answer, as it came, over
 * `receipts/<size>.checkpoint`.
 *
 * @throws AuditError `INVALID_OPTIONS` when `ca` holds no certificate
 */
export function timeStampSink({ url, ca, timeoutMs = 30_000 }: TimeStampOptions): AnchorSink {
  const trusted = ca === undefined ? [] : trustedIn(ca);
  return {
    name: `time-stamp ${url}`,
    keep: async (anchor) => {
      const receipts = new Receipts(anchor);
      if (receipts.read("tsr") !== null) return null;
      const data = Buffer.from(anchor.checkpoint);
      const request = timeStampRequest(data);
      const { status, body } = await post(url, "application/timestamp-query", request.der, timeoutMs);
      if (status !== 200) throw new Error(`${url} answered ${status} in place of a time-stamp.`);
      const time = await timeStamped(request, data, body, trusted).catch((cause: Error) => {
        throw new Error(`${url}: ${cause.message}. Nothing was kept.`, { cause });
      });
      return { where: receipts.keep("tsr", body), time: time.toISOString() };
    },
  };
}

function trustedIn(pem: string) {
  try {
    return certificatesOf(pem);
  } catch (cause) {
    throw new AuditError(
      "INVALID_OPTIONS",
      `The certificates for the time-stamps cannot be read: ${(cause as Error).message}.`,
      { cause },
    );
  }
}
