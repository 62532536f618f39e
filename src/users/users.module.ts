import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { FormerEmailsRepository } from './former-emails.repository.js';
import { FormerEmailEntity } from './former-email.entity.js';
import { RoleEntity } from './role.entity.js';
import { RolesRepository } from './roles.repository.js';
import { RolesService } from './roles.service.js';
import { User } from './user.entity.js';
import { userProblems } from './user.problems.js';
import { UserEmailsService } from './user-emails.service.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [
    AuditModule,
    TypeOrmModule.forFeature([User, RoleEntity, FormerEmailEntity]),
    ProblemsModule.forFeature(userProblems),
  ],
  providers: [UsersService, UserEmailsService, UsersRepository, FormerEmailsRepository, RolesService, RolesRepository],
  exports: [UsersService, UserEmailsService, RolesService],
})
export class UsersModule {}
