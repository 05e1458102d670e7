import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module.ts";

const app = await NestFactory.create(AppModule, { logger: ["warn", "error"] });
// Without this, a signal would end the process before the audit log is closed.
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
console.log(`nest-chat listens on ${await app.getUrl()}`);
