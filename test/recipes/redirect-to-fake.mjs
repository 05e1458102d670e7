// Recipes name the real OpenRouter and are run as they are written: what they send there goes to the fake server.
const { FAKE_OPENROUTER } = process.env;
const real = globalThis.fetch;
const redirected = (url) => url.replace("https://openrouter.ai", FAKE_OPENROUTER);

globalThis.fetch = (input, init) =>
  real(
    input instanceof Request ? new Request(redirected(input.url), input) : redirected(String(input)),
    init,
  );
