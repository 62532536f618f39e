/** The result of one check. */
export interface Finding {
  readonly about: string;
  readonly ok: boolean;
  /** The state that was found; never a secret. */
  readonly what: string;
  /** What to do about a problem. */
  readonly remedy?: string;
}

export const fine = (about: string, what: string): Finding => ({ about, ok: true, what });

export const problem = (about: string, what: string, remedy?: string): Finding => ({
  about,
  ok: false,
  what,
  ...(remedy && { remedy }),
});

const WIDTH = 22;

/** One line with the finding, and below it what to do. */
export function printed({ about, ok, what, remedy }: Finding): string {
  const line = `${(ok ? 'ok' : 'problem').padEnd(9)}${about.padEnd(WIDTH)}${what}`;
  return remedy ? `${line}\n${' '.repeat(9 + WIDTH)}${remedy}` : line;
}
