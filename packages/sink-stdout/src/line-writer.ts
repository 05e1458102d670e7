import { unlessAborted } from "@openrouter-audit/core/sink";
import { explain } from "./explain.ts";
import { standardFile, writeWhole } from "./standard-file.ts";

/**
 * Gives lines to a stream, one at a time: each is taken by the stream's file descriptor before the next is given. So no more than
 * one line waits in memory however long the reader stops, and a line of up to 4096 bytes, which POSIX writes to a
 * pipe whole (PIPE_BUF), is not mixed with those of other processes that have the same stdout.
 */
export class LineWriter {
  readonly #stream: NodeJS.WritableStream;
  readonly #file: number | null;
  /** Whether the file may end with a part of a line. */
  #torn = false;
  /** The line that an earlier write left in the stream. Settles when it is taken or lost, and never rejects. */
  #left: Promise<unknown> | null = null;
  #listens = false;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
    this.#file = standardFile(stream);
  }

  /**
   * Resolves when the line is taken.
   *
   * @param onSettled whether the line was taken: told also when that turns out after the write was stopped
   * @throws Error that says why it was not
   */
  async write(line: string, signal: AbortSignal, onSettled: (taken: boolean) => void): Promise<void> {
    if (!this.#listens) this.#stream.on("error", heard);
    this.#listens = true;
    const writing = this.#give(`${line}\n`);
    this.#left = writing.then(
      () => this.#settled(onSettled, true),
      () => this.#settled(onSettled, false),
    );
    await this.#unlessAborted(writing, signal);
  }

  #settled(onSettled: (taken: boolean) => void, taken: boolean): void {
    this.#left = null;
    onSettled(taken);
  }

  /** Resolves when no line is left in the stream by an earlier write. */
  async free(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#left) await this.#unlessAborted(this.#left, signal);
  }

  /** Lets go of the stream, also of one that never takes what was left in it. */
  close(): void {
    const stream = this.#stream;
    const letGo = () => stream.removeListener("error", heard);
    if (this.#left) this.#left.then(letGo);
    else letGo();
    this.#listens = false;
  }

  async #give(text: string): Promise<void> {
    try {
      if (this.#file !== null) this.#append(this.#file, text);
      else await this.#send(text);
    } catch (error) {
      throw explain(error, this.#stream);
    }
  }

  #append(file: number, text: string): void {
    const torn = this.#torn;
    this.#torn = true;
    writeWhole(file, torn ? `\n${text}` : text);
    this.#torn = false;
  }

  #send(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(text, (error?: Error | null) => (error ? reject(error) : resolve()));
    });
  }

  #unlessAborted(writing: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    return unlessAborted(writing, signal).catch((error) => {
      throw signal.aborted ? explain(error, this.#stream) : error;
    });
  }
}

/** A stream tells an error to whoever wrote, and as an event as well: that one would end the process. */
function heard(): void {}
