/** A part of a form: a field has `value`, a file everything else. */
export interface FormPart {
  readonly name: string;
  readonly value?: string;
  readonly filename?: string;
  readonly content_type?: string;
  readonly bytes?: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256?: string;
}

/** What is kept of a request's body: never a copy of a long one. */
export interface SentBody {
  /** Of a form, the sizes of its values and files: what lies between them is made by fetch. */
  readonly bytes: number;
  /** SHA-256 of the bytes, in hexadecimal; of a form, of the JCS form of its parts. */
  sha256(): string;
  /** The text of a body that may be JSON. */
  readonly text: string | null;
  /** The parts of a form. */
  readonly parts: readonly FormPart[] | null;
}
