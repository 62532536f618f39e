import { Injectable } from '@nestjs/common';
import {
  assertPermitted,
  type Caller,
  isRole,
  type Permission,
  permissionsOf,
  roles,
} from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { assertMatches } from '../platform/http/index.js';
import { NotFound, ValidationFailed } from '../shared/errors.js';
import type { ChangeRoleDto } from './dto/role.dto.js';
import type { RoleEntity } from './role.entity.js';
import { BuiltInRole, RoleTaken } from './role.errors.js';
import { roleMoved } from './users-audit.js';
import { RolesRepository, type RoleValues } from './roles.repository.js';

/** Roles that shops make of permissions. Nobody makes, changes or deletes a role with a permission that they lack. */
@Injectable()
export class RolesService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: RolesRepository,
    private readonly audit: AuditLog,
  ) {}

  list(): Promise<RoleEntity[]> {
    return this.repository.all();
  }

  /** @throws NotFound */
  async read(name: string): Promise<RoleEntity> {
    return present(await this.repository.find(name));
  }

  /** @throws Forbidden, RoleTaken */
  create(caller: Caller, values: RoleValues): Promise<RoleEntity> {
    assertHolds(caller, values.permissions);
    if (isRole(values.name)) throw new RoleTaken(values.name);
    return this.tx.run(async () => {
      const role = await this.repository.insert(values);
      this.audit.record(roleMoved('created', undefined, role));
      return role;
    });
  }

  /** The change applies to those who have the role within 15 seconds. @throws NotFound, BuiltInRole, Forbidden, PreconditionFailed */
  change(caller: Caller, name: string, { description, permissions }: ChangeRoleDto, ifMatch?: string) {
    return this.tx.run(async () => {
      const role = await this.lock(caller, name);
      assertMatches(ifMatch, role.version);
      assertHolds(caller, permissions ?? []);
      const changed = { description: description ?? role.description, permissions: permissions ?? role.permissions };
      const after = await this.repository.save({ ...role, ...changed });
      this.audit.record(roleMoved('changed', role, after));
      return after;
    });
  }

  /** @throws NotFound, BuiltInRole, Forbidden, RoleInUse */
  delete(caller: Caller, name: string): Promise<void> {
    return this.tx.run(async () => {
      const role = await this.lock(caller, name);
      await this.repository.delete(name);
      this.audit.record(roleMoved('deleted', role, undefined));
    });
  }

  /** Returns the union of what the roles allow. Unknown names allow nothing. */
  async permissionsOf(names: readonly string[]): Promise<ReadonlySet<Permission>> {
    const custom = names.filter((name) => !isRole(name));
    if (custom.length === 0) return permissionsOf(names);
    const held = (await this.repository.named(custom)).flatMap((role) => role.permissions);
    return new Set([...permissionsOf(names), ...held]);
  }

  /**
   * Prevents privilege escalation: a caller who grants roles, or changes an account that has them, must hold every permission of
   * those roles. @throws Forbidden
   */
  async assertHoldsAllOf(caller: Caller, names: readonly string[]): Promise<void> {
    assertHolds(caller, await this.permissionsOf(names));
  }

  /** @throws ValidationFailed */
  async assertExist(names: readonly string[]): Promise<void> {
    const custom = names.filter((name) => !isRole(name));
    const known = custom.length === 0 ? [] : await this.repository.named(custom);
    const unknown = custom.find((name) => !known.some((role) => role.name === name));
    if (unknown !== undefined) throw new ValidationFailed([{ pointer: '/roles', code: 'is_in', message: MESSAGE }]);
  }

  private async lock(caller: Caller, name: string): Promise<RoleEntity> {
    if (isRole(name)) throw new BuiltInRole(name);
    const role = present(await this.repository.lock(name));
    assertHolds(caller, role.permissions);
    return role;
  }
}

const MESSAGE = `must each be one of ${roles.join(', ')}, or a role of GET /v1/roles`;

function present(role: RoleEntity | null): RoleEntity {
  if (!role) throw new NotFound('role');
  return role;
}

function assertHolds(caller: Caller, permissions: Iterable<Permission>): void {
  for (const permission of permissions) assertPermitted(caller, permission);
}
