export { createHttpApp } from './app.js';
export { answerWithETag, assertMatches } from './etag.js';
export { IdPipe, IsId } from './id.pipe.js';
export { IfPresent } from './if-present.js';
export { IsCurrency } from './is-currency.js';
export { type Keyset, type KeysetPart, type Page, pageOf, PageQuery, presentPage, readCursor } from './pagination.js';
export { type Problem, problemBody, problemOf } from './problem.filter.js';
export { ProblemsController } from './problems.controller.js';
export { createValidationPipe } from './validation.pipe.js';
