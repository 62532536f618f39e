import { Injectable } from '@nestjs/common';

/** Tells the loops of this process that the log has grown here. What another process added, each finds by itself. */
@Injectable()
export class LogGrowth {
  private readonly listeners: (() => void)[] = [];

  /** Calls `listener` each time; it must not throw. */
  listen(listener: () => void): void {
    this.listeners.push(listener);
  }

  announce(): void {
    for (const listener of this.listeners) listener();
  }
}
