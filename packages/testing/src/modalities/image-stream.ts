import type { ErrorObject } from "../error-answer.ts";

/** What a stream of images tells. */
export interface ImageStream {
  /** Keep-alive comments at its start. */
  readonly comments: number;
  readonly createdSeconds: number;
  /** Base64 of each image, first as far as it has been drawn, at last whole. */
  readonly images: readonly { readonly partial: readonly string[]; readonly whole: string }[];
  readonly mediaType: string;
  readonly usage: unknown;
  /** Takes the place of everything after the first partial image. */
  readonly failure?: { readonly error: ErrorObject; readonly done: boolean };
}

const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const done = "data: [DONE]\n\n";

/** The events of a stream of images. Usage comes once, with the last image. */
export function imageStreamEvents(stream: ImageStream): string[] {
  const events = Array.from({ length: stream.comments }, () => ": OPENROUTER PROCESSING\n\n");
  for (const [index, { partial, whole }] of stream.images.entries()) {
    for (const [place, image] of partial.entries()) {
      events.push(
        event({ type: "image_generation.partial_image", partial_image_index: place, b64_json: image }),
      );
      if (stream.failure) return [...events, ...failed(stream.failure)];
    }
    events.push(
      event({
        type: "image_generation.completed",
        b64_json: whole,
        media_type: stream.mediaType,
        created: stream.createdSeconds,
        ...(index === stream.images.length - 1 && { usage: stream.usage }),
      }),
    );
  }
  return [...events, done];
}

function failed({ error, done: ends }: NonNullable<ImageStream["failure"]>): string[] {
  // In this stream alone the code is a word.
  const code = String(error.metadata?.error_type ?? error.code);
  const told = event({ type: "error", error: { message: error.message, code } });
  return ends ? [told, done] : [told];
}
