/** An effect throws this if it could not be tried now: it is tried again, and this was no attempt. */
export class Postponed extends Error {
  constructor(
    message: string,
    /** How long to wait before the next try, in seconds. */
    readonly delaySeconds: number,
  ) {
    super(message);
  }
}
