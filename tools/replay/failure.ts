/** A failure the person at the keyboard can act on: its message says what happened and what to do. */
export class ReplayFailure extends Error {}
