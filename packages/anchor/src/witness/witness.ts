import {
  type Checkpoint,
  MerkleTree,
  type NoteVerifier,
  openNote,
  rootsOfConsistency,
} from "@openrouter-audit/core/seal";
import type { Cosigner } from "../cosignature.ts";
import { parseAddCheckpoint } from "./add-checkpoint-request.ts";
import type { WitnessState } from "./witness-state.ts";

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: "text/plain; charset=utf-8" | "text/x.tlog.size";
  readonly body: string;
  /** Of the log it was about, when that is known. */
  readonly origin: string | null;
  readonly size: number | null;
}

/** Cosigns a checkpoint only when the log grew to it from the one cosigned before: https://c2sp.org/tlog-witness */
export class Witness {
  readonly #cosigner: Cosigner;
  readonly #logKeys: readonly NoteVerifier[];
  readonly #state: WitnessState;
  readonly #now: () => Date;

  /** @param logKeys of the logs it watches; several of one name are keys of one log */
  constructor(
    cosigner: Cosigner,
    logKeys: readonly NoteVerifier[],
    state: WitnessState,
    now = () => new Date(),
  ) {
    this.#cosigner = cosigner;
    this.#logKeys = logKeys;
    this.#state = state;
    this.#now = now;
  }

  /**
   * Answers an add-checkpoint request. Waits for nothing between the look at the state and the change of it, so that no
   * other request comes in between.
   *
   * @throws what the file system throws: then nothing was cosigned
   */
  addCheckpoint(body: Buffer): WitnessAnswer {
    const request = parseAddCheckpoint(body);
    if (!request) return refusal(400, "this is not an add-checkpoint request: https://c2sp.org/tlog-witness");
    const { oldSize, proof, note, text, checkpoint } = request;
    const { origin, size, root } = checkpoint;
    const about = { origin, size };
    const keys = this.#logKeys.filter(({ name }) => name === origin);
    if (keys.length === 0) return refusal(404, "this witness does not know that log", about);
    if (openNote(note, keys) !== text)
      return refusal(403, "no key that this witness knows of that log signed this", about);
    if (oldSize > size) return refusal(400, "the old size is larger than the new one", about);
    const newest = this.#state.newest(origin) ?? { size: 0, root: "" };
    if (oldSize !== newest.size) return conflict(newest.size, about);
    if (size === newest.size && size > 0 && root !== newest.root) return conflict(newest.size, about);
    if (size === 0 && root !== rootOfNothing)
      return refusal(422, "this is not the root of an empty log", about);
    if (!isConsistent(newest, checkpoint, proof))
      return refusal(422, "the proof does not lead from the checkpoint cosigned last to this one", about);
    this.#state.keep(origin, note);
    return { status: 200, type: plain, body: this.#cosigner.cosign(text, this.#now()), ...about };
  }
}

const rootOfNothing = new MerkleTree().rootText();
const plain = "text/plain; charset=utf-8";

type SizedRoot = Pick<Checkpoint, "size" | "root">;

function isConsistent(old: SizedRoot, { size, root }: SizedRoot, proof: readonly Buffer[]): boolean {
  // Every log began as an empty one.
  if (old.size === 0) return proof.length === 0;
  const roots = rootsOfConsistency(old.size, size, Buffer.from(old.root, "base64"), proof);
  return roots?.oldRoot.toString("base64") === old.root && roots.newRoot.toString("base64") === root;
}

interface About {
  readonly origin: string | null;
  readonly size: number | null;
}

function refusal(
  status: 400 | 403 | 404 | 422,
  why: string,
  about: About = { origin: null, size: null },
): WitnessAnswer {
  return { status, type: plain, body: `${why}\n`, ...about };
}

function conflict(size: number, about: About): WitnessAnswer {
  return { status: 409, type: "text/x.tlog.size", body: `${size}\n`, ...about };
}
