import { digestPrompt } from "@openrouter-audit/core";
import { startFakeOpenRouter } from "@openrouter-audit/testing";
import { entriesOf, secret, temporaryDirectory, verdictOf } from "./journal.ts";
import type { Platform } from "./platform.ts";
import { tokenOf } from "./token.ts";

const users = Array.from({ length: 50 }, (_, index) => `user-${index}`);
const callsPerRequest = 3;

/** Nobody's call may ever be booked to somebody else, whatever runs at the same time and whoever lies. */
export function describeAttribution(platform: Platform, paths: readonly string[], requests = 1000): void {
  test(`${platform.name}: ${requests} requests at once, and every call is its own user's`, async () => {
    const fake = await startFakeOpenRouter();
    const directory = temporaryDirectory();
    const app = await platform.serve({ directory, secret, apiKey: "sk-or-v1-test", baseURL: fake.url });
    const tokens = users.map(tokenOf);

    await Promise.all(
      Array.from({ length: requests }, async (_, index) => {
        const path = paths[index % paths.length]!;
        const asked = { prompt: `prompt of request ${index}`, claim: "mallory" };
        const isForm = path === "/upload";
        const response = await fetch(app.url + path, {
          method: "POST",
          headers: {
            authorization: `Bearer ${tokens[index % users.length]}`,
            "x-user-id": "mallory",
            cookie: "user=mallory",
            ...(!isForm && { "content-type": "application/json" }),
          },
          body: isForm ? formOf(asked) : JSON.stringify(asked),
        });
        expect(response.ok).toBe(true);
        await response.arrayBuffer();
      }),
    );
    await app.close();
    await fake.close();

    const entries = await entriesOf(directory);
    const found = entries.map((entry) => `${entry.prompt_hash} ${entry.user_id}`).sort();
    const expected = Array.from({ length: requests * callsPerRequest }, (_, index) => {
      const request = Math.floor(index / callsPerRequest);
      const prompt = `prompt of request ${request} ${index % callsPerRequest}`;
      return `${digestPrompt(prompt, { secret })} ${users[request % users.length]}`;
    }).sort();
    expect(found).toEqual(expected);
    expect(new Set(entries.map((entry) => entry.claimed_user))).toEqual(new Set(["mallory"]));
    expect(await verdictOf(directory)).toBe("intact");
    // Four thousand exchanges in one process: how long that takes is the machine's affair, and not what is tested.
  }, 300_000);
}

function formOf(asked: { prompt: string; claim: string }): FormData {
  const form = new FormData();
  form.set("prompt", asked.prompt);
  form.set("claim", asked.claim);
  form.set("file", new Blob(["x".repeat(50_000)]), "note.txt");
  return form;
}
