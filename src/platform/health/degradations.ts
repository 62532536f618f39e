import { Global, Injectable, Module } from '@nestjs/common';

/** Why a process serves less than it could, in words that name no address and no value; `undefined` when it does not. */
export type Degradation = () => string | undefined;

/** What the modules of a process report to readiness: each adds its own question when it starts. */
@Injectable()
export class Degradations {
  private readonly all: Degradation[] = [];

  add(degradation: Degradation): void {
    this.all.push(degradation);
  }

  /** The reasons there are now. */
  reasons(): string[] {
    return this.all.map((degradation) => degradation()).filter((reason) => reason !== undefined);
  }
}

@Global()
@Module({ providers: [Degradations], exports: [Degradations] })
export class DegradationsModule {}
