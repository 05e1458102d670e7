/** Tests run on the sources: the condition finds them, and swc takes the types off. */
const onSources = {
  testEnvironment: "node",
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

/** Tests that take long and whose subject others touch too; where WITHOUT_LONG_TESTS is set, they wait for another time. */
const longTests = [
  "/test/answers/same-answers\\.test\\.ts$",
  "/packages/analysis/test/(filter|findings|journal-files|lake-crash|lake-verify|query-postgres|sql|unusual-services)\\.test\\.ts$",
  "/packages/cli/test/report-morning\\.test\\.ts$",
  "/packages/retention/test/killed\\.test\\.ts$",
  "/packages/reconcile/test/finds-exactly\\.test\\.ts$",
];
const leftOut = process.env.WITHOUT_LONG_TESTS ? longTests : [];

export default {
  // One process for all files would keep the modules of every file: each file has its own copies.
  maxWorkers: 3,
  workerIdleMemoryLimit: "1GB",
  projects: [
    {
      ...onSources,
      displayName: "openrouter-audit",
      testPathIgnorePatterns: ["/node_modules/", ...leftOut],
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
      testMatch: ["<rootDir>/test/interoperability/*.test.ts"],
    },
  ],
};
