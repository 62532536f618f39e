import { Module } from '@nestjs/common';
import { lockOrder } from '../lock-order.js';
import { DatabaseModule } from '../platform/database/index.js';
import { OutboxModule } from '../platform/outbox/index.js';
import { UsersModule } from '../users/index.js';
import { Accounts } from './accounts.js';
import { PasswordHasher } from './password-hasher.js';
import { SecondFactorsModule } from './second-factors/second-factors.module.js';

/** Accounts for one-shot commands: needs the database and no other server. */
@Module({
  imports: [DatabaseModule.forRoot({ lockOrder }), OutboxModule, UsersModule, SecondFactorsModule],
  providers: [Accounts, PasswordHasher],
})
export class AccountsCliModule {}
