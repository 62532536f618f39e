import { Global, Injectable, Module } from '@nestjs/common';
import type { ComponentStatus } from './availability.js';

/** How a part of the service is, for clients: no reasons, no names of servers. */
export interface ComponentCheck {
  readonly component: string;
  /** Its name for people. */
  readonly title: string;
  /** @throws when nobody can tell; it then counts as down */
  readonly check: () => Promise<ComponentStatus>;
}

/** The checks of this worker's modules. Each module adds its own at start. */
@Injectable()
export class ComponentChecks {
  private readonly checks: ComponentCheck[] = [];

  add(check: ComponentCheck): void {
    this.checks.push(check);
  }

  all(): readonly ComponentCheck[] {
    return this.checks;
  }
}

@Global()
@Module({ providers: [ComponentChecks], exports: [ComponentChecks] })
export class ComponentChecksModule {}

/** Returns the state for an age in seconds: degraded and down from these ages on. */
export function stateOfAge(seconds: number, degradedFrom: number, downFrom: number): ComponentStatus {
  if (seconds >= downFrom) return 'down';
  return seconds >= degradedFrom ? 'degraded' : 'operational';
}
