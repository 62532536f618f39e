import { Injectable } from '@nestjs/common';
import { In, type Repository } from 'typeorm';
import { Transaction, violatedConstraint } from '../platform/database/index.js';
import { RoleEntity } from './role.entity.js';
import { RoleInUse, RoleTaken } from './role.errors.js';

/** What people decide of a role. */
export type RoleValues = Pick<RoleEntity, 'name' | 'description' | 'permissions'>;

@Injectable()
export class RolesRepository {
  constructor(private readonly tx: Transaction) {}

  /** By name. */
  all(): Promise<RoleEntity[]> {
    return this.roles.find({ order: { name: 'ASC' } });
  }

  named(names: readonly string[]): Promise<RoleEntity[]> {
    return this.roles.findBy({ name: In([...names]) });
  }

  find(name: string): Promise<RoleEntity | null> {
    return this.roles.findOneBy({ name });
  }

  lock(name: string): Promise<RoleEntity | null> {
    return this.roles.findOne({ where: { name }, lock: { mode: 'pessimistic_write' } });
  }

  /** @throws RoleTaken */
  async insert(values: RoleValues): Promise<RoleEntity> {
    const role = this.roles.create(values);
    await translated('roles_pkey', new RoleTaken(values.name), () => this.roles.insert(role));
    return role;
  }

  save(role: RoleEntity): Promise<RoleEntity> {
    return this.roles.save(role);
  }

  /** @throws RoleInUse */
  async delete(name: string): Promise<void> {
    await translated('roles_unused', new RoleInUse(name), () => this.roles.delete({ name }));
  }

  private get roles(): Repository<RoleEntity> {
    return this.tx.repository(RoleEntity);
  }
}

async function translated<T>(constraint: string, meaning: Error, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw violatedConstraint(error) === constraint ? meaning : error;
  }
}
