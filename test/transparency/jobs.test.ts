import { describeTransparency } from "./describe-transparency.ts";

describeTransparency("video", "videoStatus", "videoContent", "batch", "batchStatus");
