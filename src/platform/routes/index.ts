export {
  applyBodyLimits,
  BODY_LIMIT,
  MAX_VALUES,
  maxValuesOf,
  type Priority,
  type RouteTerms,
  Takes,
  termsOf,
} from './route-terms.js';
