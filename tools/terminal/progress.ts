import { SingleBar } from 'cli-progress';

/** Shows how far one phase of the replay is: a bar on a terminal, a line at every quarter elsewhere. */
export class Progress {
  private bar: SingleBar | undefined;
  private label = '';
  private total = 0;
  private done = 0;

  /** Begins a phase of `total` steps, ending the one before. */
  begin(label: string, total: number): void {
    this.end();
    Object.assign(this, { label: label.padEnd(20), total, done: 0 });
    if (!process.stdout.isTTY) return;
    this.bar = new SingleBar({
      format: `  ${this.label} [{bar}] {value}/{total}  {duration_formatted}`,
      hideCursor: true,
    });
    this.bar.start(total, 0);
  }

  /** One step of the phase is done. */
  step(): void {
    this.done += 1;
    if (this.bar) this.bar.increment();
    else if (this.quarter(this.done) > this.quarter(this.done - 1))
      console.log(`  ${this.label} ${this.done}/${this.total}`);
  }

  /** Leaves the line as it stands, so that what is printed next starts on its own. */
  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private quarter(done: number): number {
    return Math.floor((done * 4) / this.total);
  }
}
