// What docs/seal.md specifies, for packages of this library that write, sign or check logs of their own.
export { draftEntry, type SystemEvent, systemEntry } from "../entry/draft-entry.ts";
export type { EntryDraft } from "../entry/entry.ts";
export { timeOfUuid } from "../entry/uuid-time.ts";
export { contentOf } from "../journal/content-of.ts";
export { createOnce } from "../journal/create-once.ts";
export { holderOf, lockDirectory } from "../journal/directory-lock.ts";
export { flushDirectory } from "../journal/journal-file.ts";
export { type JournalLine, LineSplitter } from "../journal/line-splitter.ts";
export { giveTo, type Owner, ownerIn } from "../journal/owner.ts";
export { type ProcessIdentity, thisProcess } from "../journal/process-identity.ts";
export { RefusedFile, readBytes } from "../journal/read-bytes.ts";
export { readLines } from "../journal/read-lines.ts";
export { replaceFile } from "../journal/replace-file.ts";
export { type RunEveryOptions, type RunTimer, runEvery } from "../journal/run-every.ts";
export { isBlank } from "../journal/space-around.ts";
export { rootSigner } from "../keys/root-key.ts";
export { checkedSecret } from "../privacy/secret.ts";
export { rootsOfConsistency } from "../proof/consistency-proof.ts";
export { growingConsistency } from "../proof/growing-proof.ts";
export { EntryProver } from "../proof/prove-entries.ts";
export type { ProvenStretch, SelectedProof } from "../proof/proven-stretch.ts";
export type { UnprovenEntry } from "../proof/unprovable.ts";
export { EntryProofs } from "../proof/verify-entry-proof.ts";
export { anchorsBeside } from "../verify/anchor-evidence.ts";
export { type AnchoredHeads, anchoredHeads, anchorFile, checkpointOf } from "../verify/anchored-heads.ts";
export type { Cut } from "../verify/cut.ts";
export { type EntryLine, EntryLines, entryLineOf } from "../verify/entry-line.ts";
export { type Hold, type HoldAct, type HoldTerms, holdsIn } from "../verify/holds.ts";
export { formatHead, provenHeads } from "../verify/known-heads.ts";
export { anchorOrigin, anchorSignerOf, anchorVkeyOf } from "./anchor-key.ts";
export { canonicalJson } from "./canonical-json.ts";
export { type Checkpoint, parseCheckpoint, parseHash } from "./checkpoint.ts";
export { issueDelegation } from "./delegation.ts";
export { treeOfFrontier } from "./frontier.ts";
export { leafOf } from "./leaf.ts";
export { checkpointText, formatLine, parseLine } from "./line.ts";
export { isProvenHead, type LogHead } from "./log-head.ts";
export { LogSealer } from "./log-sealer.ts";
export { leafHash, MerkleTree } from "./merkle.ts";
export {
  formatNote,
  keyId,
  type NoteVerifier,
  openNote,
  type RootSigner,
  verifierOf,
} from "./signed-note.ts";
export { whyNoVkey } from "./why-no-vkey.ts";
