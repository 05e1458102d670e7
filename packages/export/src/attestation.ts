import { createPublicKey, verify } from "node:crypto";
import { type JournalVerification, publicKeyPem } from "@openrouter-audit/core";
import type { RootSigner } from "@openrouter-audit/core/seal";
import { tagManifest } from "./bag/manifest.ts";
import type { WholeJournal } from "./content/whole-journal.ts";
import { type Asked, queryOf, type SelectedFrom, selectionOf } from "./exported-package.ts";

const payloadType = "application/vnd.in-toto+json";
const statementType = "https://in-toto.io/Statement/v1";
const predicateType = "urn:openrouter-audit:export:v1";

/**
 * Signs for a bag: an in-toto Statement v1 about its tag manifest, in a DSSE envelope. docs/export.md, "Attestation".
 *
 * @param subject SHA-256 of the tag manifest, in hex
 */
export async function attest(subject: string, predicate: object, root: RootSigner): Promise<string> {
  const statement = {
    _type: statementType,
    subject: [{ name: tagManifest, digest: { sha256: subject } }],
    predicateType,
    predicate,
  };
  const payload = JSON.stringify(statement);
  // What a note signature has before it is the id of the key.
  const blob = Buffer.from(await root.sign(preAuthEncoding(Buffer.from(payload)).toString()), "base64");
  return envelopeOf(Buffer.from(payload), keyidOf(root.vkey), blob.subarray(4));
}

/** https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function preAuthEncoding(payload: Buffer): Buffer {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function envelopeOf(payload: Buffer, keyid: string, signature: Uint8Array): string {
  const signatures = [{ keyid, sig: Buffer.from(signature).toString("base64") }];
  return `${JSON.stringify({ payloadType, payload: payload.toString("base64"), signatures })}\n`;
}

function keyidOf(vkey: string): string {
  return vkey.split("+", 2).join("+");
}

/** The signature is right, so that it is the manifest that is not. */
export const aboutAnother = `it is about another ${tagManifest}`;

/** What is said for a package in an attestation: docs/export.md. */
export function predicateOf(
  facts: Asked & { readonly since: Date; readonly until: Date; readonly now: Date; readonly tool: object },
  { from, entries }: { readonly from: SelectedFrom; readonly entries: number },
  { result, notChecked }: Pick<JournalVerification, "result" | "notChecked">,
  journal: Pick<WholeJournal, "result">,
) {
  const { since, until, now, tool, ...asked } = facts;
  return {
    exported_at: now.toISOString(),
    tool,
    period: queryOf(asked, since, until),
    selection: selectionOf(asked, from),
    entries,
    verification: result,
    journal: journal.result,
    not_checked: notChecked,
  };
}

/** What is wrong with an attestation, or what one of the trusted keys said in it about this tag manifest. */
export function readAttestation(
  envelope: Buffer,
  subject: string,
  trusted: readonly string[],
): { readonly flaw: string } | { readonly flaw: null; readonly predicate: unknown; readonly by: string } {
  const flaw = flawOfAttestation(envelope, subject, trusted);
  if (flaw !== null) return { flaw };
  const { payload, keyid } = envelopeIn(envelope)!;
  const { predicate } = JSON.parse(payload.toString()) as { predicate: unknown };
  return { flaw, predicate, by: trusted.find((vkey) => keyidOf(vkey) === keyid)! };
}

function flawOfAttestation(envelope: Buffer, subject: string, trusted: readonly string[]): string | null {
  const said = envelopeIn(envelope);
  if (said === null) return "it is not in the form of docs/export.md";
  const { payload, keyid, signature } = said;
  const vkey = trusted.find((each) => keyidOf(each) === keyid);
  if (vkey === undefined) return `it is signed by ${keyid}, and that key is not trusted here`;
  const key = createPublicKey(publicKeyPem(vkey));
  if (!verify(null, preAuthEncoding(payload), key, signature)) return `its signature is not that of ${keyid}`;
  // Only behind a signature is what it says looked at.
  return flawOfStatement(payload, subject);
}

function envelopeIn(bytes: Buffer): { payload: Buffer; keyid: string; signature: Buffer } | null {
  try {
    const { payload, signatures } = JSON.parse(bytes.toString()) as {
      payload: string;
      signatures: readonly { keyid: string; sig: string }[];
    };
    const [{ keyid, sig }] = signatures as [{ keyid: string; sig: string }];
    const said = { payload: Buffer.from(payload, "base64"), keyid, signature: Buffer.from(sig, "base64") };
    // One form, so that not a byte can be another.
    return envelopeOf(said.payload, keyid, said.signature) === bytes.toString() ? said : null;
  } catch {
    return null;
  }
}

function flawOfStatement(payload: Buffer, subject: string): string | null {
  try {
    const statement = JSON.parse(payload.toString());
    if (statement._type !== statementType || statement.predicateType !== predicateType)
      return "it is a statement of another kind";
    const [{ name, digest }] = statement.subject;
    const isThis = statement.subject.length === 1 && name === tagManifest && digest.sha256 === subject;
    return isThis ? null : aboutAnother;
  } catch {
    return "what is signed is no statement";
  }
}
