/** Tests run on the sources: the condition finds them, and swc takes the types off. */
const onSources = {
  testEnvironment: "node",
  setupFiles: ["<rootDir>/test/support/not-at-midnight.ts"],
  extensionsToTreatAsEsm: [".ts", ".mts"],
  transform: {
    "^.+\\.m?ts$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript", decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: "es2022",
        },
        module: { type: "es6" },
      },
    ],
  },
  moduleFileExtensions: ["ts", "mts", "js", "mjs", "cjs", "json"],
  testEnvironmentOptions: { customExportConditions: ["@openrouter-audit/source", "node", "node-addons"] },
  modulePathIgnorePatterns: ["/dist/", "<rootDir>/test/packaging/consumers/"],
};

/** What takes longest, the longest first. */
const longTests = [
  "test/transparency/modalities",
  "packages/analysis/test/sql",
  "packages/retention/test/killed",
  "packages/anchor/test/killed",
  "test/answers/same-answers",
  "packages/export/test/export-package",
  "packages/core/test/verify-bytes",
  "test/transparency/completions",
  "packages/reconcile/test/hostile-answers",
  "test/transparency/account",
  "packages/analysis/test/report-postgres",
  "test/bench/bench",
  "test/recipes/side-by-side",
  "packages/cli/test/report-morning",
  "packages/analysis/test/lake",
  "test/vanishing/vanishing",
  "packages/reconcile/test/finds-exactly",
  "packages/reconcile/test/reconcile",
  "packages/export/test/clocks-differ",
  "packages/export/test/forged-package",
  "packages/export/test/verify-package",
  "packages/cli/test/report",
  "packages/analysis/test/findings",
  "packages/analysis/test/report-schema",
  "packages/analysis/test/journal-files",
  "packages/analysis/test/lake-crash",
  "packages/core/test/verify-parts",
  "packages/analysis/test/filter",
  "packages/analysis/test/unusual-services",
  "packages/analysis/test/lake-verify",
  "test/recipes/langchain",
  "packages/analysis/test/query-postgres",
  "packages/core/test/processes",
  "test/acceptance/express-attribution",
  "test/acceptance/nest-attribution",
  "test/recipes/recipes-run",
  "test/shutdown/several-processes",
  "packages/export/test/file-days",
  "packages/core/test/line-scanner",
  "packages/reconcile/test/no-record",
  "packages/export/test/export-place",
  "examples/demo/test/demo",
  "packages/sink-postgres/test/read-source",
  "packages/anchor/test/witness",
  "test/interoperability/agreement",
  "test/interoperability/excerpts",
  "test/interoperability/report-page",
  "test/transparency/back-pressure",
  "test/outcomes/time-limits",
];

/** With LONG_TESTS=2/6 the second sixth of them alone, so that other runs, with other numbers, have the others. */
const [turn, turns] = (process.env.LONG_TESTS ?? "1/1").split("/").map(Number);
const leftOut = longTests
  .filter((_, index) => index % turns !== turn - 1)
  .map((path) => `<rootDir>/${path}\\.test\\.ts$`);

const testPathIgnorePatterns = ["/node_modules/", ...leftOut];

export default {
  // One process for all files would keep the modules of every file: each file has its own copies.
  maxWorkers: 3,
  workerIdleMemoryLimit: "1GB",
  projects: [
    {
      ...onSources,
      displayName: "openrouter-audit",
      testPathIgnorePatterns,
      testMatch: [
        "<rootDir>/packages/*/test/**/*.test.ts",
        "<rootDir>/test/**/*.test.ts",
        "<rootDir>/examples/*/test/**/*.test.ts",
        "!**/test/packaging/**",
        "!**/test/interoperability/**",
      ],
    },
    {
      ...onSources,
      displayName: "nest 11",
      testPathIgnorePatterns,
      testMatch: ["<rootDir>/test/**/*nest*.test.ts"],
      moduleNameMapper: {
        "^@nestjs/(common|core|jwt|microservices|passport|platform-express|platform-fastify|platform-ws|terminus|testing|websockets)(/.*)?$":
          "<rootDir>/test/nest-11/node_modules/@nestjs/$1$2",
      },
    },
    { ...onSources, displayName: "packaging", testMatch: ["<rootDir>/test/packaging/*.test.ts"] },
    {
      ...onSources,
      displayName: "interoperability",
      testPathIgnorePatterns,
      testMatch: ["<rootDir>/test/interoperability/*.test.ts"],
    },
  ],
};
