import { ApiProperty } from '@nestjs/swagger';
import type { ComponentStatus } from './availability.js';

const states = ['operational', 'degraded', 'down'];

/** A part of the service. */
export class ComponentView {
  @ApiProperty()
  readonly component: string;

  @ApiProperty({ description: 'Its name for people' })
  readonly title: string;

  @ApiProperty({ enum: states })
  readonly status: ComponentStatus;

  @ApiProperty({ description: 'The share of the last 24 hours in which it was not down: 0.00000 to 1.00000' })
  readonly availability: string;

  @ApiProperty({
    enum: states,
    isArray: true,
    description: 'The worst state in each quarter of an hour of the last 24 hours, oldest first',
  })
  readonly lastDay: readonly ComponentStatus[];
}

/** A time when a component was not well. */
export class IncidentView {
  @ApiProperty()
  readonly component: string;

  @ApiProperty({ enum: ['degraded', 'down'] })
  readonly status: ComponentStatus;

  @ApiProperty({ format: 'date-time' })
  readonly startedAt: string;

  @ApiProperty({ format: 'date-time', nullable: true, type: String, description: 'null while it is open' })
  readonly endedAt: string | null;
}

/** How the service is, for everybody. */
export class StatusView {
  @ApiProperty({ enum: states, description: 'The worst of the components' })
  readonly status: ComponentStatus;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt: string;

  @ApiProperty({ type: [ComponentView] })
  readonly components: readonly ComponentView[];

  @ApiProperty({ type: [IncidentView], description: 'Those that are open, and those of the last 24 hours' })
  readonly incidents: readonly IncidentView[];
}
