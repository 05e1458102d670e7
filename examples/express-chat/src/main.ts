import type { AddressInfo } from "node:net";
import { chatApp } from "./app.ts";

const { app, audit } = chatApp(process.env.JWT_SECRET ?? "");
const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`express-chat listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

audit.closeOnSignals({ server });
