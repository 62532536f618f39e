/** What an effect throws when it can never happen, however often it is tried: the delivery is dead at once. */
export class FinalFailure extends Error {}
