import {
  Body,
  Controller,
  HttpCode,
  type MessageEvent,
  Post,
  Query,
  Sse,
  UseFilters,
  UseGuards,
} from "@nestjs/common";
import { AuditMetadata } from "@openrouter-audit/nestjs";
import { map, type Observable } from "rxjs";
import { Assistant } from "./assistant.service.ts";
import { JwtGuard } from "./jwt.guard.ts";
import { OpenRouterFilter } from "./openrouter.filter.ts";

@Controller("chat")
@UseGuards(JwtGuard)
@UseFilters(OpenRouterFilter)
export class ChatController {
  constructor(private readonly assistant: Assistant) {}

  @Post()
  @HttpCode(200)
  @AuditMetadata({ feature: "chat" })
  async chat(@Body() body: { prompt: string }) {
    return { text: await this.assistant.answer(body.prompt) };
  }

  @Sse("stream")
  @AuditMetadata({ feature: "live chat" })
  stream(@Query("prompt") prompt: string): Observable<MessageEvent> {
    return this.assistant.stream(prompt).pipe(map((data) => ({ data })));
  }
}
