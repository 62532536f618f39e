/** After so many failures in a row nobody is asked for a while. */
const FAILURES = 5;
const REST_MS = 10_000;

/** Keeps callers from waiting for a service that fails: after five failures in a row it lets one call through every ten seconds. */
export class CircuitBreaker {
  private failures = 0;
  private nextTry = 0;

  /** `now` returns milliseconds of a clock that never goes back. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  get isOpen(): boolean {
    return this.failures >= FAILURES;
  }

  /** Whether a call may be made now. While the breaker is open, the call that it allows is the only one for a while. */
  allows(): boolean {
    if (!this.isOpen) return true;
    if (this.now() < this.nextTry) return false;
    this.nextTry = this.now() + REST_MS;
    return true;
  }

  noteSuccess(): void {
    this.failures = 0;
  }

  noteFailure(): void {
    this.failures += 1;
    if (this.failures === FAILURES) this.nextTry = this.now() + REST_MS;
  }
}
