import { join } from "node:path";
import { startWitness, type WitnessServer } from "@openrouter-audit/anchor";
import { type Command, InvalidArgumentError } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { visible } from "../format/visible.ts";
import { several } from "../several.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit witness --listen 127.0.0.1:8080 --state /var/lib/witness --name w.example.com \\
        --log 'openrouter-audit/anchor+1a2b3c4d+AX…'
  $ openrouter-audit anchor --witness https://w.example.com --witness-key 'w.example.com+5e6f7a8b+BP…'

What it is for: a witness remembers the newest checkpoint of each log, and signs another one only when
it has seen the proof that the log grew from there. So once it has signed, a journal that is cut,
replaced or put back to an old copy is found out by whoever has its signature, and whoever tries it
gets no signature any more. It sees checkpoints: no entry, no prompt, no user.

Who runs it: not who runs the journal. A witness proves something because the one would have to
persuade the other: another team, the auditor, a customer, on another host, with other administrators.
On the host of the journal it proves nothing. Two operators can be each other's witness.

The public keys of the logs are what "openrouter-audit anchor" prints as the anchor key. Give each log a
name of its own, as in new AuditLog({ name: "example.com/shop" }): a log is known by its name.

It speaks plain HTTP: on a network, put it behind a server that speaks HTTPS. Other C2SP logs can use it,
and an anchor log can use other C2SP witnesses: https://c2sp.org/tlog-witness

Back up the key. Never put back an old copy of the state: the witness would sign again what it has
signed otherwise.`;

interface WitnessFlags {
  readonly listen: Address;
  readonly state: string;
  readonly log: readonly string[];
  readonly name: string;
  readonly key?: string;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** `openrouter-audit witness`: cosigns the checkpoints of other people's logs. */
export function addWitness(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("witness")
    .description("cosign the checkpoints of others' logs, on another host than theirs")
    .requiredOption("--listen <host:port>", "where to take requests; port 0 is any that is free", addressOf)
    .requiredOption("--state <dir>", "where to keep what was cosigned; made when missing")
    .requiredOption("--log <key>", "the public key of a log, or @file; may be given again", several)
    .option(
      "--name <name>",
      "the name of the witness's key, best a host name of yours",
      "openrouter-audit-witness",
    )
    .option("--key <file>", "its private key in PEM, made when missing (default: <state>/key)")
    .addHelpText("after", examples)
    .action(async (flags: WitnessFlags) => exitWith(await witness(flags, terminal)));
}

async function witness(flags: WitnessFlags, { stdout, stderr, untilInterrupted }: Terminal): Promise<number> {
  const { listen, state, log, name, key = join(state, "key") } = flags;
  const interrupted = untilInterrupted();
  const say = (text: string) => stderr.write(`${new Date().toISOString()} ${visible(text)}\n`);
  let server: WitnessServer;
  try {
    server = await startWitness({
      ...listen,
      state,
      key,
      name,
      logs: log.map(fileOrText),
      onAnswer: ({ status, origin, size }) =>
        say(origin === null ? `${status}` : `${status} ${origin.slice(0, 200)} ${size}`),
      onProblem: say,
    });
  } catch (cause) {
    const { syscall, message } = cause as NodeJS.ErrnoException;
    if (syscall === "listen" || syscall === "getaddrinfo")
      throw new UnusableError(`Cannot listen on ${listen.host}:${listen.port}: ${message}.`, { cause });
    throw cause;
  }
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  stdout.write(`witness key   ${visible(server.vkey)}\nlistening on  http://${host}:${server.port}\n`);
  await new Promise<void>((ended) => {
    if (interrupted.aborted) ended();
    interrupted.addEventListener("abort", () => ended(), { once: true });
  });
  await server.close();
  return exitCode.fine;
}

function addressOf(text: string): Address {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  if (!parts || Number(parts[3]) > 65_535)
    throw new InvalidArgumentError("Expected HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080.");
  return { host: (parts[1] ?? parts[2])!, port: Number(parts[3]) };
}
