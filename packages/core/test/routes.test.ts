import { endpointOf } from "../src/capture/endpoints/endpoints.ts";
import { endpointPath, Targets } from "../src/capture/targets.ts";

const official = "https://openrouter.ai/api/v1";
const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** What the entry of a request says of it. */
function routed(method: string, url: string, baseUrl = official) {
  const asked = new URL(url);
  const path = new Targets(baseUrl).pathOf(asked);
  if (path === null) return null;
  const { endpoint, template } = endpointOf(method, path);
  return [endpoint.eventType, endpointPath(asked.pathname, template)];
}

test.each([
  ["POST", "/embeddings", "embedding", "/embeddings"],
  ["POST", "/rerank", "rerank", "/rerank"],
  ["POST", "/images", "image", "/images"],
  ["POST", "/images/generations", "unknown_endpoint", "/images/generations"],
  ["POST", "/audio/speech", "speech", "/audio/speech"],
  ["POST", "/audio/transcriptions", "transcription", "/audio/transcriptions"],
  ["POST", "/videos", "video", "/videos"],
  ["GET", "/videos/job-abc", "video_status", "/videos/{id}"],
  ["GET", "/videos/models", "catalogue", "/videos/models"],
  ["GET", "/videos/job-abc/content?index=0", "video_content", "/videos/{id}/content"],
  ["POST", "/files", "file_upload", "/files"],
  ["POST", "/containers/cntr_1/files", "file_upload", "/containers/{id}/files"],
  ["GET", "/files/", "file", "/files"],
  ["DELETE", "/files/or_file_1", "file", "/files/{id}"],
  ["GET", "/files/or_file_1/content", "file_content", "/files/{id}/content"],
  ["GET", "/containers/a/files/b/content", "file_content", "/containers/{id}/files/{id}/content"],
  ["POST", "/containers/a/files/b/promote", "file", "/containers/{id}/files/{id}/promote"],
  ["GET", "/models", "catalogue", "/models"],
  ["GET", "/models/openai/gpt-5-mini/endpoints", "catalogue", "/models/{id}/{id}/endpoints"],
  ["GET", "/key", "management", "/key"],
  ["GET", "/generation?id=gen-1", "management", "/generation"],
  ["GET", "/generation/content", "management", "/generation/content"],
  ["POST", "/keys", "management", "/keys"],
  ["PATCH", `/keys/${hash}`, "management", "/keys/{id}"],
  ["GET", "/keys/short", "management", "/keys/{id}"],
  ["POST", "/guardrails/g/assignments/keys/remove", "management", "/guardrails/{id}/assignments/keys/remove"],
  ["POST", "/presets/mine/chat/completions", "management", "/presets/{id}/chat/completions"],
  ["GET", "/presets/keys", "management", "/presets/{id}"],
  ["PUT", "/workspaces/w/budgets/monthly", "management", "/workspaces/{id}/budgets/{id}"],
  ["PUT", "/vault/secrets/OPENAI_KEY", "management", "/vault/secrets/{id}"],
  ["BREW", "/byok/a/b/c", "management", "/byok/{id}/{id}/{id}"],
  ["GET", "/keysmith", "unknown_endpoint", "/keysmith"],
  ["POST", "/interns/i/chat/completions", "chat_completion", "/interns/{id}/chat/completions"],
  ["POST", "/interns/i/suspend", "management", "/interns/{id}/suspend"],
])("%s %s is %s at %s", (method, path, eventType, template) => {
  expect(routed(method, official + path)).toEqual([eventType, `/api/v1${template}`]);
});

test.each([
  ["OpenRouter itself", "https://openrouter.ai", official],
  ["its regional hosts", "https://eu.openrouter.ai", official],
  ["a host that was configured", "http://127.0.0.1:9000", "http://127.0.0.1:9000/api/v1"],
  ["a gateway's path", "https://gateway.example/or", "https://gateway.example/or/api/v1"],
])("the beta and alpha interfaces of %s are known by the same paths", (_name, origin, baseUrl) => {
  for (const stage of ["beta", "alpha", "v1"]) {
    const at = `${origin}/api/${stage}/batches`;
    const prefix = new URL(at).pathname;
    expect(routed("POST", at, baseUrl)).toEqual(["batch", prefix]);
    expect(routed("GET", `${at}/batch_1a2b3c`, baseUrl)).toEqual(["batch_status", `${prefix}/{id}`]);
    expect(routed("GET", `${at}/batch_1/results?cursor=a`, baseUrl)).toEqual([
      "batch_status",
      `${prefix}/{id}/results`,
    ]);
    expect(routed("GET", at, baseUrl)).toEqual(["batch_status", prefix]);
  }
  expect(routed("POST", `${origin}/api/alpha/decisions`, baseUrl)).toEqual([
    "unknown_endpoint",
    `${new URL(origin).pathname.replace(/\/$/, "")}/api/alpha/decisions`,
  ]);
});
