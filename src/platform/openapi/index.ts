export { exampleId } from './describe-operation.js';
export { type ApiDescription, describeApi, serveOpenApi } from './openapi.js';
export { describeModule } from './preview.js';
export { Operation } from './operation.decorator.js';
export type { RouteFacts } from './route-facts.js';
