// A service with calls under way, which closes its log when it is told to end. Runs what was built.
import { AuditLog } from "../../packages/core/dist/index.js";

const { directory, baseURL, secret, calls } = JSON.parse(process.argv[2]);
const audit = new AuditLog({ directory, baseURL, secret, service: "service" });
process.once("SIGTERM", () => void audit.close("SIGTERM").then(() => process.exit(0)));

for (const { path, body } of calls) {
  const init = { method: "POST", headers: { authorization: "Bearer sk-or-v1-test" }, body };
  void audit.fetch(baseURL + path, init).then(async (response) => {
    for await (const _bytes of response.body) process.stdout.write("x");
  });
}
