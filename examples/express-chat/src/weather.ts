import type OpenAI from "openai";

/** Lets the model call a function. Each turn is a call of its own, and an entry of its own. */
export async function answerWithWeather(
  openrouter: OpenAI,
  model: string,
  prompt: string,
): Promise<string | null> {
  const runner = openrouter.chat.completions.runTools({
    model,
    messages: [{ role: "user", content: prompt }],
    tools: [
      {
        type: "function",
        function: {
          name: "current_weather",
          description: "The weather in a city",
          parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
          parse: JSON.parse,
          function: ({ city }: { city: string }) => `${city}: 21 degrees, clear sky`,
        },
      },
    ],
  });
  return runner.finalContent();
}
