export { type ExportOptions } from "./export-options.ts";
export { exportPackage } from "./export-package.ts";
export type { ExportedPackage } from "./exported-package.ts";
