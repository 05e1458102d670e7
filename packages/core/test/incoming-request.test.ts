import { type IncomingRequest, requestFactsOf } from "../src/incoming-request.ts";

const factsOf = (request: IncomingRequest) => requestFactsOf(request)();
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

test.each<[string, IncomingRequest, string]>([
  ["the pattern", { route: { path: "/reset/:token" }, baseUrl: "/api" }, "/api/reset/:token"],
  ["Fastify's pattern", { routeOptions: { url: "/reset/:token" } }, "/reset/:token"],
  ["a path without words that could be keys", { originalUrl: "/chat/stream?key=1" }, "/chat/stream"],
  ["a path with a token", { url: "/reset/3f9aB27c11d0" }, "/reset/{id}"],
  ["a path with a number", { url: "/users/17/chat" }, "/users/{id}/chat"],
  ["a path with a long word", { url: `/reset/${"x".repeat(41)}#end` }, "/reset/{id}"],
])("the route is %s", (_what, request, route) => {
  expect(factsOf(request).route).toBe(route);
});

test.each<[string, IncomingRequest, string | RegExp]>([
  ["the framework's", { id: "req-1" }, "req-1"],
  ["the framework's number", { id: 7 }, "7"],
  ["the header's", { headers: { "x-request-id": "abc" } }, "abc"],
  ["the header's, when the framework's is null", { id: null, headers: { "x-request-id": "abc" } }, "abc"],
  ["a new one for an object", { id: { a: 1 } }, uuid],
  ["a new one for a function", { id: () => "x" }, uuid],
  ["a new one for an empty text", { id: "" }, uuid],
  ["a new one for a header with spaces", { headers: { "x-request-id": "a b" } }, uuid],
])("the id is %s", (_what, request, id) => {
  const { id: found } = factsOf(request);
  if (typeof id === "string") expect(found).toBe(id);
  else expect(found).toMatch(id);
});

const traced = "0af7651916cd43dd8448eb211c80319c";

test.each<[string, string | undefined, string | null]>([
  ["that of the header", `00-${traced}-b7ad6b7169203331-01`, traced],
  ["null without a header", undefined, null],
  ["null for a header of another form", `00-${traced}`, null],
  ["null for an id of zeros, which is invalid", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, null],
])("the trace id is %s", (_what, traceparent, id) => {
  expect(factsOf({ headers: { traceparent } }).trace_id).toBe(id);
});
