import { fileURLToPath } from "node:url";

/** Where the repository's test vectors are. */
export const vectors = fileURLToPath(new URL("../../../../test/vectors", import.meta.url));
