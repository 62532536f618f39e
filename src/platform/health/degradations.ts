import { Global, Injectable, Module } from '@nestjs/common';
import type { HealthIndicatorResult } from './health.view.js';

/** Why a part of a process serves less than it could, in words that name no address and no value; `undefined` when it does not. */
export type Degradation = () => string | undefined;

/** What the modules of a process report to readiness: each adds its own question when it starts. */
@Injectable()
export class Degradations {
  private readonly all = new Map<string, Degradation>();

  /** Adds a part by its name among the health indicators. */
  add(name: string, degradation: Degradation): void {
    this.all.set(name, degradation);
  }

  /** The parts, each as an indicator. */
  indicators(): HealthIndicatorResult {
    return Object.fromEntries([...this.all].map(([name, degradation]) => [name, indicator(degradation())]));
  }
}

@Global()
@Module({ providers: [Degradations], exports: [Degradations] })
export class DegradationsModule {}

function indicator(message: string | undefined) {
  return message === undefined ? { status: 'up' as const } : { status: 'degraded' as const, message };
}
