import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { ComponentStatus } from './availability.js';

/** The latest state of a component. */
@Entity('component_checks')
export class ComponentCheckEntity {
  @PrimaryColumn('text')
  readonly component: string;

  /** Its name for people. */
  @Column('text')
  readonly title: string;

  @Column('text')
  readonly status: ComponentStatus;

  @Column('timestamptz')
  readonly checkedAt: Date;
}

/** A time when a component was not well. */
@Entity('incidents')
export class IncidentEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id: number;

  @Column('text')
  readonly component: string;

  @Column('text')
  readonly status: Exclude<ComponentStatus, 'operational'>;

  @Column('timestamptz')
  readonly startedAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly endedAt: Date | null;
}
