export { serveOpenApi } from './openapi.js';
