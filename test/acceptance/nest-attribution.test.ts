import { describeAttribution } from "../support/describe-attribution.ts";
import { nestPlatform } from "../support/nest-platform.ts";

describeAttribution(nestPlatform("express"), ["/overlapping"], 100);
describeAttribution(nestPlatform("fastify"), ["/overlapping"], 250);
