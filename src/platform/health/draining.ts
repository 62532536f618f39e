import { Injectable } from '@nestjs/common';

/** Whether the process is about to end: readiness says so first, so that nothing new is sent to it. */
@Injectable()
export class Draining {
  private begun = false;

  begin(): void {
    this.begun = true;
  }

  get hasBegun(): boolean {
    return this.begun;
  }
}
