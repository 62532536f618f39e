export { GraphqlApiModule } from './graphql.api.module.js';
