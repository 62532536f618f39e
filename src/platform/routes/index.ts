export {
  AnswersEarly,
  applyBodyLimits,
  BODY_LIMIT,
  type EarlyAnswers,
  MAX_VALUES,
  maxValuesOf,
  type Priority,
  type RouteTerms,
  Takes,
  termsOf,
  termsOfHandler,
} from './route-terms.js';
