/** The provider, or the service behind its harness, does not have this feature. */
export class NotApplicable extends Error {
  constructor(readonly why: string) {
    super(why);
  }
}
