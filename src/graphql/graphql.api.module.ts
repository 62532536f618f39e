import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { LedgerModule } from '../ledger/index.js';
import { OrdersModule } from '../orders/index.js';
import { PaymentsModule } from '../payments/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { UsersModule } from '../users/index.js';
import { GraphqlController } from './graphql.controller.js';
import { graphqlProblems } from './graphql.problems.js';
import { GraphqlService } from './graphql.service.js';
import { PersistedQueries } from './persisted-queries.js';
import { RequestLoaders } from './request-loaders.js';
import { FIELD_CLASSES } from './resolvers/index.js';

/** Reading by GraphQL, where GRAPHQL is on. */
@Module({
  imports: [
    CatalogModule,
    LedgerModule,
    OrdersModule,
    PaymentsModule,
    UsersModule,
    ProblemsModule.forFeature(graphqlProblems),
  ],
  controllers: [GraphqlController],
  providers: [GraphqlService, PersistedQueries, RequestLoaders, ...FIELD_CLASSES],
})
export class GraphqlApiModule {}
