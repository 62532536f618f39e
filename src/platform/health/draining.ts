import { Injectable } from '@nestjs/common';

/** Whether the process is about to end. Readiness reports it first, so that it gets no new requests. */
@Injectable()
export class Draining {
  private begun = false;
  private readonly listeners: (() => void)[] = [];

  /** Calls `listener` when the process is about to end; it must not throw. */
  onBegin(listener: () => void): void {
    this.listeners.push(listener);
  }

  begin(): void {
    this.begun = true;
    for (const listener of this.listeners) listener();
  }

  get hasBegun(): boolean {
    return this.begun;
  }
}
