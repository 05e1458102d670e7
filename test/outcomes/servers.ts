import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";

const endings: (() => unknown)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** A server on a free port of this host, closed with the test, which does this with each connection once it was asked. */
export async function startServer(onRequest: (socket: Socket) => void) {
  return listening(
    createServer((socket) => {
      // A caller that leaves resets the connection; nobody is to learn of it.
      socket.on("error", () => undefined);
      socket.once("data", () => onRequest(socket));
    }),
  );
}

/** Starts a server that may be one of http or https too. */
export async function listening(server: Server, scheme = "http") {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  endings.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `${scheme}://127.0.0.1:${port}/api/v1` };
}
