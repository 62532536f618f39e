import { steadyNow } from './steady-time.js';

/** Where time comes from; tests move it. */
export abstract class Clock {
  abstract now(): Date;
}

/** The database's time, whatever becomes of the machine's clock. */
export class SteadyClock extends Clock {
  now(): Date {
    return new Date(steadyNow());
  }
}
