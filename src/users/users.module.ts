import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProblemsModule } from '../platform/http/index.js';
import { User } from './user.entity.js';
import { userProblems } from './user.problems.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User]), ProblemsModule.forFeature(userProblems)],
  providers: [UsersService, UsersRepository],
  exports: [UsersService],
})
export class UsersModule {}
