import { Injectable, Module } from '@nestjs/common';
import { AuthModule, AuthService } from '../auth/index.js';
import { CatalogModule, ProductsService } from '../catalog/index.js';
import { type Role, roles } from '../platform/access/index.js';
import { lockOrder } from '../lock-order.js';
import { DatabaseModule } from '../platform/database/index.js';
import { OutboxModule } from '../platform/outbox/index.js';
import { ProofModule } from '../platform/proof/index.js';
import { RedisModule } from '../platform/redis/index.js';
import { UsersModule, UsersService } from '../users/index.js';
import { demoProducts } from './demo-products.js';

export interface DemoLogin {
  readonly role: Role;
  readonly email: string;
  readonly password: string;
}

/** Public passwords: never for a shop that sells. */
const demoLogins: readonly DemoLogin[] = roles.map((role) => ({
  role,
  email: `${role}@till.example`,
  password: `${role}-demo-password`,
}));

/** Fills an empty installation with demo data. */
@Injectable()
export class Seed {
  constructor(
    private readonly users: UsersService,
    private readonly auth: AuthService,
    private readonly products: ProductsService,
  ) {}

  /** Makes the missing products and logins of the demo; existing ones stay unchanged. */
  async run(): Promise<{ readonly logins: readonly DemoLogin[] }> {
    for (const login of demoLogins) await this.ensureUser(login);
    for (const product of demoProducts) await this.products.ensureBySku(product);
    return { logins: demoLogins };
  }

  private async ensureUser({ role, email, password }: DemoLogin): Promise<void> {
    const passwordHash = await this.auth.hashPassword(password);
    await this.users.ensure({ email, name: `Demo ${role.replaceAll('_', ' ')}`, roles: [role], passwordHash });
  }
}

@Module({
  imports: [
    DatabaseModule.forRoot({ lockOrder }),
    RedisModule,
    OutboxModule,
    ProofModule,
    UsersModule,
    AuthModule,
    CatalogModule,
  ],
  providers: [Seed],
})
export class SeedModule {}
