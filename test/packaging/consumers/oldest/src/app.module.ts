import { Module } from "@nestjs/common";
import { AuditModule } from "@openrouter-audit/nestjs";
import { AppController } from "./app.controller";
import { AppService } from "./app.service";

@Module({
  imports: [AuditModule.forRoot({ user: (request) => request.headers["x-user"] })],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
