import { rootSignerOf } from "../../src/privacy/secret.ts";
import { canonicalJson } from "../../src/seal/canonical-json.ts";
import { issueDelegation } from "../../src/seal/delegation.ts";
import { formatLine } from "../../src/seal/line.ts";
import { leafHash, MerkleTree } from "../../src/seal/merkle.ts";
import { type NoteSigner, newSigner } from "../../src/seal/signed-note.ts";

/** A log whose key a test has in its hands, as somebody has it who reads the memory of a process. */
export interface SealedLog {
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly lines: readonly string[];
}

/** Seals a log of entries of the given types, the first of them `audit.opened`; each line is signed. */
export function sealLog(
  root: NoteSigner,
  origin: string,
  entries: readonly (readonly [eventType: string, text?: string])[],
  time: string,
  signer = newSigner(origin),
): SealedLog {
  const tree = new MerkleTree();
  const delegation = issueDelegation(root, origin, signer.vkey, new Date(time));
  const opening = { seal: 1, log_key: signer.vkey, delegation, heartbeat_ms: 60_000, links: [] };
  const lines = entries.map(([event_type, text = ""], seq) => {
    const detail = event_type === "audit.opened" ? opening : { text };
    const id = `${origin.slice(-4)}-${seq}`;
    const leaf = canonicalJson({
      id,
      log: origin,
      seq,
      timestamp: time,
      recorded_at: time,
      event_type,
      detail,
    });
    tree.append(leafHash(leaf));
    const root = tree.rootText();
    return formatLine(leaf, root, signer.sign(`${origin}\n${seq + 1}\n${root}\n`));
  });
  return { origin, signer, lines };
}

export function rootOf(secret: string): NoteSigner {
  return rootSignerOf(secret, "openrouter-audit");
}
