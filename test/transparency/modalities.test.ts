import { describeTransparency } from "./describe-transparency.ts";

describeTransparency("embedding", "rerank", "image", "speech", "transcription", "transcriptionForm");
