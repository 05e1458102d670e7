export type { SignedBy } from "./check-attestation.ts";
export { controlsFlaw } from "./content/controls-flaw.ts";
export type { WholeJournal } from "./content/whole-journal.ts";
export type { ExportOptions } from "./export-options.ts";
export { exportPackage } from "./export-package.ts";
export type { ExportedPackage } from "./exported-package.ts";
export type { PackageProblem, PackageResult, PackageVerdict } from "./package-problem.ts";
export type { PackageVerification, VerifyPackageOptions } from "./verify-bag.ts";
export { verifyPackage } from "./verify-package.ts";
