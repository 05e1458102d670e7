import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "@openrouter-audit/core";
import { type Anchor, AnchorContradiction, type AnchorSink } from "../anchor.ts";
import { type CosignatureVerifier, cosignatureVerifierOf } from "../cosignature.ts";
import { type Answer, post } from "./post.ts";
import { Receipts } from "./receipts.ts";

export interface WitnessOptions {
  /** The submission prefix of the witness: what stands before `/add-checkpoint`. */
  readonly url: string;
  /** The vkey of the witness, of type 0x04. */
  readonly vkey: string;
  /** @default 30_000 */
  readonly timeoutMs?: number;
}

const mostTries = 3;

/**
 * Has each anchor cosigned by a C2SP witness (https://c2sp.org/tlog-witness), which signs only what its log grew to.
 * The cosigned checkpoint is kept as `receipts/<size>.cosigned`. The witness is asked after every run, also when nothing was
 * new: an old copy of everything that was put back has its old receipts, and only the witness knows better.
 *
 * @throws AuditError `INVALID_OPTIONS` when the vkey is none of a witness
 */
export function witnessSink({ url, vkey, timeoutMs = 30_000 }: WitnessOptions): AnchorSink {
  const witness = cosignatureVerifierOf(vkey);
  if (!witness)
    throw new AuditError(
      "INVALID_OPTIONS",
      `${JSON.stringify(vkey)} is not the public key of a witness (a vkey of type 0x04, as "openrouter-audit witness" prints it).`,
    );
  const address = `${url.replace(/\/+$/, "")}/add-checkpoint`;
  return {
    name: `witness ${witness.name}`,
    keep: async (anchor) => {
      const receipts = new Receipts(anchor);
      const text = textOf(anchor);
      const answer = await submit(anchor, address, lastCosigned(anchor, witness), timeoutMs);
      const cosignature = witness.find(answer, text);
      if (!cosignature)
        throw new Error(`${address} gave no cosignature of ${witness.vkey}: is that its public key?`);
      const before = receipts.read("cosigned")?.toString() ?? anchor.checkpoint;
      const older = witness.find(before, text);
      const others = older ? before.replace(`${older.line}\n`, "") : before;
      const where = receipts.keep("cosigned", `${others}${cosignature.line}\n`);
      return { where, time: cosignature.time.toISOString() };
    },
  };
}

async function submit(anchor: Anchor, address: string, first: number, timeoutMs: number): Promise<string> {
  let old = first;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const proof = anchor.consistencyProof(old).map((hash) => `${hash.toString("base64")}\n`);
    const body = `old ${old}\n${proof.join("")}\n${anchor.checkpoint}`;
    const answer = await post(address, "text/plain; charset=utf-8", body, timeoutMs);
    if (answer.status === 200) return answer.body.toString();
    old = sizeToGoOnFrom(anchor, address, answer, old);
  }
  throw new Error(`${address} has another size each time: does another process anchor this log?`);
}

/** The size that the witness says it has. @throws when there is nothing to be tried again */
function sizeToGoOnFrom(
  anchor: Anchor,
  address: string,
  { status, type, body }: Answer,
  old: number,
): number {
  const { log, size } = anchor.head;
  const said = body.toString().slice(0, 200).trim();
  switch (status) {
    case 409: {
      if (!type.startsWith("text/x.tlog.size") || !/^(0|[1-9]\d{0,15})$/.test(said)) break;
      const known = Number(said);
      if (known > size)
        throw new AnchorContradiction(
          `${address} has seen ${known} entries of ${log}, which has ${size}: its end was cut off, or an old copy was restored.`,
        );
      if (known === old)
        throw new AnchorContradiction(`${address} has seen other ${size} entries of ${log}.`);
      return known;
    }
    case 422:
      throw new AnchorContradiction(
        `${address} has seen ${old} entries of ${log} that are not the first of these ${size}: it was rewritten.`,
      );
    case 404:
      throw new Error(
        `${address} does not know the log ${log}: give the witness its key, ${anchor.head.log_key}.`,
      );
    case 403:
      throw new Error(`${address} knows another key of ${log} than ${anchor.head.log_key}.`);
  }
  throw new Error(`${address} answered ${status}${said === "" ? "" : `: ${said}`}.`);
}

/** The size that this witness cosigned last, as far as the receipts say. */
function lastCosigned(anchor: Anchor, witness: CosignatureVerifier): number {
  const directory = join(anchor.directory, "receipts");
  const sizes = filesIn(directory)
    .flatMap((name) => /^(\d+)\.cosigned$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((size) => size <= anchor.head.size)
    .sort((a, b) => b - a);
  return (
    sizes.find((size) => {
      const note = readFileSync(join(directory, `${size}.cosigned`), "utf8");
      return witness.find(note, note.slice(0, note.lastIndexOf("\n\n") + 1)) !== null;
    }) ?? 0
  );
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function textOf({ checkpoint }: Anchor): string {
  return checkpoint.slice(0, checkpoint.lastIndexOf("\n\n") + 1);
}
