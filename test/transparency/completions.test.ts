import { describeTransparency } from "./describe-transparency.ts";

describeTransparency("completion", "response", "message");
