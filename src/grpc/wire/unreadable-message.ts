/** A message has a value that JSON has no form for. */
export class UnreadableMessage extends Error {}
