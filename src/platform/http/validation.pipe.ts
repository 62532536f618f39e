import { ValidationPipe, type ValidationPipeOptions } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { ValidationFailed, type Violation } from '../../shared/errors.js';

/** Checks bodies and queries against their DTO classes; an unknown property is refused, not dropped. */
export function createValidationPipe(options: ValidationPipeOptions = {}): ValidationPipe {
  return new ValidationPipe({
    ...options,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new ValidationFailed(errors.flatMap((error) => violationsOf(error, ''))),
  });
}

function violationsOf(error: ValidationError, parent: string): Violation[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    code: codeOf(rule),
    message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => violationsOf(child, pointer))];
}

/** class-validator's rule names in the form of all other codes: `isInt` is `is_int`. */
function codeOf(rule: string): string {
  if (rule === 'whitelistValidation') return 'unknown_property';
  return rule.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
