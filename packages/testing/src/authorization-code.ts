/** What a code was given out for. */
export interface AuthorizationCode {
  readonly challenge: string | undefined;
  readonly method: string;
  readonly label: string;
  readonly createdAtMs: number;
}
