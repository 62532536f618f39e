import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { Permission } from '../platform/access/index.js';

/** A role that a shop made of permissions, beside the built-in ones. */
@Entity('roles')
export class RoleEntity {
  @PrimaryColumn('text')
  readonly name: string;

  @Column('text')
  readonly description: string;

  @Column('text', { array: true })
  readonly permissions: Permission[];

  @VersionColumn({ type: 'int', default: 1 })
  readonly version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}
