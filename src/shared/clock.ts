import { steadyNow } from './steady-time.js';

/** The source of time; tests can move it. */
export abstract class Clock {
  abstract now(): Date;
}

/** Returns the database's time, regardless of the machine's clock. */
export class SteadyClock extends Clock {
  now(): Date {
    return new Date(steadyNow());
  }
}
