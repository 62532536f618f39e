/** How many samples in a row must be late. */
const SAMPLES = 3;

/**
 * The delay that has stood for some samples: the smallest of the last three. A burst that the process works off at once, and one pause of the garbage
 * collector, are no overload; a queue that does not empty is (Nichols and Jacobson, "Controlling Queue Delay", 2012).
 */
export class StandingDelay {
  private samples: readonly number[] = [];

  /** Takes a sample. Returns the standing delay, in the same unit. */
  add(sample: number): number {
    this.samples = [...this.samples, sample].slice(-SAMPLES);
    return this.samples.length < SAMPLES ? 0 : Math.min(...this.samples);
  }
}
