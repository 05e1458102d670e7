import { describeTransparency } from "./describe-transparency.ts";

describeTransparency("fileUpload", "files", "models", "key", "unknown");
