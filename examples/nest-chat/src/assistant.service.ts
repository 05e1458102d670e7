import { Injectable } from "@nestjs/common";
import { InjectOpenRouter } from "@openrouter-audit/nestjs";
import OpenAI from "openai";
import { Observable } from "rxjs";

const model = "openai/gpt-5-mini";

/** A singleton that knows nothing of requests: the audit log does. */
@Injectable()
export class Assistant {
  constructor(@InjectOpenRouter() private readonly openrouter: OpenAI) {}

  async answer(prompt: string): Promise<string | null | undefined> {
    const answer = await this.openrouter.chat.completions.create({
      model,
      messages: [{ role: "user", content: prompt }],
    });
    return answer.choices[0]?.message.content;
  }

  /** The answer as it comes; unsubscribing stops the model. */
  stream(prompt: string): Observable<string> {
    return new Observable((subscriber) => {
      const stream = this.openrouter.chat.completions.stream({
        model,
        messages: [{ role: "user", content: prompt }],
      });
      stream.on("content", (piece) => subscriber.next(piece));
      stream.on("end", () => subscriber.complete());
      stream.on("abort", () => subscriber.complete());
      stream.on("error", (error) => subscriber.error(error));
      return () => stream.abort();
    });
  }
}
