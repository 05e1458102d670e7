import { describeAttribution } from "../support/describe-attribution.ts";
import { nestPlatform } from "../support/nest-platform.ts";

describeAttribution(nestPlatform("express"), ["/overlapping"], 250);
describeAttribution(nestPlatform("fastify"), ["/overlapping"]);
