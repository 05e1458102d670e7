/** Work that goes on after its request was answered. It is a step further each time somebody asks. */
export class PolledJob<Status extends string> {
  readonly #course: readonly Status[];
  #asked = 0;

  /** @param course the states it goes through, the last one for good */
  constructor(course: readonly [Status, ...Status[]]) {
    this.#course = course;
  }

  get status(): Status {
    return this.#course[Math.min(this.#asked, this.#course.length - 1)] as Status;
  }

  get isOver(): boolean {
    return this.#asked >= this.#course.length - 1;
  }

  /** Goes on to the next state; true when it has just become the last one. */
  advance(): boolean {
    this.#asked++;
    return this.#asked === this.#course.length - 1;
  }
}
