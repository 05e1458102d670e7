export { type AdapterOptions, auditLogFor } from "./adapter-options.ts";
export { checkedApiKey } from "./api-key.ts";
export type { AskOptions } from "./ask.ts";
export type { AuditContext, AuditUser, UserAnswer } from "./audit-context.ts";
export { AuditError, type AuditErrorCode, type AuditProblem } from "./audit-error.ts";
export type { AuditEventMap, AuditGap } from "./audit-events.ts";
export { AuditLog } from "./audit-log.ts";
export { type BlockedCall, blockedCall, type ProblemDetails } from "./blocked-call.ts";
export type { CallPolicy, PlannedCall, PolicyAnswer } from "./capture/policy.ts";
export type { SinkStatus } from "./delivery/delivery.ts";
export { type EntryFormat, textOf } from "./delivery/entry-format.ts";
export { type DeliveryReport, type ReadDeliveryOptions, readDelivery } from "./delivery/read-delivery.ts";
export {
  type AuditSink,
  EntriesRejected,
  type RejectedEntry,
  type RequiredSink,
  required,
  type SinkLimits,
} from "./delivery/sink.ts";
export { type DigestOptions, digestPrompt, digestResponse } from "./digests.ts";
export type { ActEnd, ActUnderWay, AuditAct } from "./entry/act-entry.ts";
export { type CorrectedFacts, type Correction, correctionId } from "./entry/correction.ts";
export type {
  Attribution,
  AuditEntry,
  AuditStatus,
  CallParameters,
  JsonObject,
  JsonValue,
  RequestFacts,
  RoutingPolicy,
  ServiceFacts,
  ToolNames,
} from "./entry/entry.ts";
export { isSystemEvent } from "./entry/event-kind.ts";
export { identifierOf } from "./entry/identifier.ts";
export type { RecordedEvent } from "./entry/recorded-event.ts";
export { type Fetch, markAudited } from "./fetch.ts";
export type { Guarantee, OnFailure } from "./guarantee/recording.ts";
export type { AuditHealth, HealthReason } from "./health/audit-health.ts";
export { authenticatedUser } from "./incoming-request.ts";
export { checkJournalFilter } from "./journal/check-journal-filter.ts";
export type { DiskStatus } from "./journal/disk-watch.ts";
export { matcherOf } from "./journal/entry-matcher.ts";
export { dayOfFile, isArchive, journalFiles } from "./journal/file-names.ts";
export { gapIn } from "./journal/gap-in-range.ts";
export type { JournalFilter } from "./journal/journal-filter.ts";
export { journalSource } from "./journal/journal-source.ts";
export { longestLineOf } from "./journal/longest-line.ts";
export {
  entryOf,
  type ReadJournalOptions,
  readJournal,
  type SkippedLine,
} from "./journal/read-journal.ts";
export { publicKeyPem, vkeyOf } from "./keys/public-key.ts";
export { publicKeyOf, type RootKey } from "./keys/root-key.ts";
export { type KeyRotation, type RotateKeyOptions, rotateKey } from "./keys/rotate-key.ts";
export type { RotationNote } from "./keys/rotation-note.ts";
export type { RefusedNote } from "./keys/rotation-notes.ts";
export type { KeyService } from "./keys/service-signer.ts";
export { type KeyTrust, type TrustedKey, type TrustOptions, trustedKeys } from "./keys/trusted-keys.ts";
export type { AuditLogOptions } from "./options.ts";
export { auditLogOptionNames } from "./options-schema.ts";
export { type FindOrphansOptions, findOrphans, type Orphan } from "./orphans/find-orphans.ts";
export { LogFacts, type Said } from "./orphans/log-facts.ts";
export { isProcessEnded } from "./orphans/unknown-entry.ts";
export { placeInWords } from "./privacy/place-in-words.ts";
export { newSecret } from "./privacy/secret.ts";
export type { ProofProgress } from "./proof/journal-lines.ts";
export type { FailedProof, ProofStep } from "./proof/proof-failure.ts";
export { type ConsistencyProof, proveConsistency, type WantedGrowth } from "./proof/prove-consistency.ts";
export {
  type EntryPlace,
  type EntryProof,
  type ProveOptions,
  proveEntry,
  type WantedEntry,
} from "./proof/prove-entry.ts";
export type { ProofKey } from "./proof/root-keys.ts";
export type { Unprovable, UnprovableReason } from "./proof/unprovable.ts";
export {
  type ConsistencyProofFiles,
  type OldHead,
  type ProvenGrowth,
  verifyConsistencyProof,
} from "./proof/verify-consistency-proof.ts";
export {
  type EntryProofFiles,
  type ProvenEntry,
  verifyEntryProof,
} from "./proof/verify-entry-proof.ts";
export {
  type Reading,
  type ReadingLog,
  type RecordedRowsOptions,
  recordedAnswer,
  recordedRows,
} from "./recorded-reading.ts";
export type { RecorderStatus } from "./recorder.ts";
export { RequestScopes } from "./request-scopes.ts";
export { AuditScope } from "./scope.ts";
export { lineOf } from "./seal/line-of.ts";
export { isProvenHead, type LogHead } from "./seal/log-head.ts";
export type { CloseOnSignalsOptions } from "./shutdown/close-on-signals.ts";
export type { CloseOptions, FlushOptions } from "./shutdown/close-options.ts";
export { type ClosableServer, stopServing } from "./shutdown/stop-serving.ts";
export type {
  AuditSource,
  ReadSourceOptions,
  SourceDay,
  SourceLine,
  SourceSnapshot,
  WantedLines,
} from "./source.ts";
export type { Journal } from "./verify/given-journal.ts";
export type { FileVerification } from "./verify/journal-verifier.ts";
export { updateKnownHeads } from "./verify/known-heads.ts";
export type { LogPoint, LogVerification } from "./verify/log-verification.ts";
export type { LinePosition, Verdict, VerificationProblem, VerificationResult } from "./verify/verdict.ts";
export { type JournalVerification, verifyJournal } from "./verify/verify-journal.ts";
export type { VerifyJournalOptions } from "./verify/verify-journal-options.ts";
