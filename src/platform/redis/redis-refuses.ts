/** Redis refuses the user or password, or requires one. The message is Redis's own, without user and password. */
export class RedisRefuses extends Error {
  override readonly name = 'RedisRefuses';
  /** Redis's own, such as WRONGPASS. */
  readonly code = this.message.split(' ', 1)[0]!;

  /** Of the first line of a reply; `undefined` for one that is no refusal of a sign-in. */
  static from(line: string): RedisRefuses | undefined {
    return /^-(WRONGPASS|NOAUTH|NOPERM|ERR invalid password)/.test(line) ? new RedisRefuses(line.slice(1)) : undefined;
  }
}
