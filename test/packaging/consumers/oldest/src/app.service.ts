import { Injectable } from "@nestjs/common";
import { InjectOpenRouter } from "@openrouter-audit/nestjs";
import OpenAI from "openai";

@Injectable()
export class AppService {
  constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}

  async sayHello(): Promise<string> {
    try {
      const completion = await this.openrouter.chat.completions.create(
        { model: "openai/gpt-5-mini", messages: [{ role: "user", content: "Say hello." }] },
        { maxRetries: 0 },
      );
      return completion.choices[0].message.content ?? "";
    } catch (error) {
      if (error instanceof OpenAI.APIError) return `OpenRouter answered ${error.status}.`;
      throw error;
    }
  }
}
