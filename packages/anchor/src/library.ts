/** This library, as the first entry of an anchor log names it. A test holds the version to package.json's. */
export const library = { name: "@openrouter-audit/anchor", version: "0.1.0" } as const;
