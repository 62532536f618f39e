interface Played {
  readonly seed: number;
  readonly played: number;
  readonly commands: number;
  readonly tally: ReadonlyMap<string, number>;
  readonly ms: number;
}

/** What was tried, in figures. */
export function report({ seed, played, commands, tally, ms }: Played): string {
  const counted = [...tally].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const strikes = counted
    .filter(([what]) => /, (cut|die|stall|silent|held|late|refuse|fails|slow)$/.test(what))
    .reduce((sum, [, times]) => sum + times, 0);
  const lines = counted.map(([what, times]) => `  ${what.padEnd(28)}${String(times).padStart(8)}`);
  const seconds = (ms / 1000).toFixed(0);
  return `\nseed ${seed}: ${played} runs, ${commands} commands, ${strikes} faults in ${seconds} s\n${lines.join('\n')}\n`;
}
