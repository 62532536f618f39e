import { Injectable } from '@nestjs/common';

/** Whether the process is about to end. Readiness reports it first, so that it gets no new requests. */
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
