/** An effect throws this if it can never succeed: the delivery is dead immediately. */
export class FinalFailure extends Error {}
