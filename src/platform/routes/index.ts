export { applyBodyLimits, BODY_LIMIT, MAX_VALUES, maxValuesOf, Takes, termsOf } from './route-terms.js';
