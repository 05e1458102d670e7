/** This library, as the first entry of every log names it. A test holds the version to package.json's. */
export const library = { name: "@openrouter-audit/core", version: "0.1.0" } as const;
