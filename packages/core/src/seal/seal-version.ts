/** The version of docs/seal.md that is written, and the newest that is understood: `detail.seal` of `audit.opened`. */
export const sealVersion = 1;

/** Whether a log says that it has a newer one. Anybody can write this: what is no number is not compared, for that can throw. */
export function isNewerSeal(seal: unknown): boolean {
  return typeof seal === "number" && seal > sealVersion;
}
