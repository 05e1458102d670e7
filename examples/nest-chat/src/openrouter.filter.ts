import { type ArgumentsHost, Catch, type ExceptionFilter } from "@nestjs/common";
import type { Response } from "express";
import OpenAI from "openai";

/** Passes on what OpenRouter said went wrong. */
@Catch(OpenAI.APIError)
export class OpenRouterFilter implements ExceptionFilter {
  catch(error: InstanceType<typeof OpenAI.APIError>, host: ArgumentsHost): void {
    host
      .switchToHttp()
      .getResponse<Response>()
      .status(error.status ?? 502)
      .json({ error: error.message });
  }
}
