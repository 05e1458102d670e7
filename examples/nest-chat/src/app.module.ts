import { Module } from "@nestjs/common";
import { JwtModule } from "@nestjs/jwt";
import { AuditModule } from "@openrouter-audit/nestjs";
import { Assistant } from "./assistant.service.ts";
import { ChatController } from "./chat.controller.ts";

@Module({
  imports: [
    AuditModule.forRoot({ service: { name: "nest-chat", version: "1.0.0" } }),
    JwtModule.register({ secret: process.env.JWT_SECRET ?? "" }),
  ],
  controllers: [ChatController],
  providers: [Assistant],
})
export class AppModule {}
