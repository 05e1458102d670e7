/** The instrumentation scope of all records and metrics. A test holds the version to package.json's. */
export const library = { name: "@openrouter-audit/sink-opentelemetry", version: "0.1.0" } as const;
