import { describeApplication } from "../support/describe-application.ts";
import { nestPlatform } from "../support/nest-platform.ts";

describeApplication(nestPlatform("express"));
describeApplication(nestPlatform("fastify"));
