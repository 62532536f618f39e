import { Module } from '@nestjs/common';
import { PermissionsController } from './permissions.controller.js';
import { RolesController } from './roles.controller.js';
import { UsersController } from './users.controller.js';
import { UsersModule } from './users.module.js';

@Module({ imports: [UsersModule], controllers: [PermissionsController, RolesController, UsersController] })
export class UsersApiModule {}
