import type { ServerResponse } from "node:http";
import type { ServiceError } from "./service-error.ts";

/**
 * What goes wrong with a request. An error is answered. `silent`: it is never answered. `reset`: the connection breaks off
 * before anything is done, `reset_after`: when all is done. `half`: so does the answer, in its middle. `half_silent`: the other
 * half never comes. `page`: somebody else answers, with a web page.
 */
export type Fault = ServiceError | "silent" | "reset" | "reset_after" | "half" | "half_silent" | "page";

/** Answers with what there is to say, as far as the fault lets it. */
export function answerWith(response: ServerResponse, body: string, fault: Fault | undefined): void {
  const half = () => {
    response.setHeader("content-length", Buffer.byteLength(body) + 100);
    return response.write(body.slice(0, body.length / 2));
  };
  switch (fault) {
    case "silent":
      return;
    case "reset":
    case "reset_after":
      response.destroy();
      return;
    case "half":
      half();
      setImmediate(() => response.destroy());
      return;
    case "half_silent":
      half();
      return;
    case "page":
      response.setHeader("content-type", "text/html");
      response.end("<html><body>Please log in to this network.</body></html>");
      return;
    default:
      response.end(body);
  }
}
