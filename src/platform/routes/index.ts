export {
  applyBodyLimits,
  BODY_LIMIT,
  MAX_VALUES,
  maxValuesOf,
  type Priority,
  type RouteTerms,
  Takes,
  termsOf,
  termsOfHandler,
} from './route-terms.js';
