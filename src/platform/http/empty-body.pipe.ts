import type { PipeTransform } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';

/** For requests without a body: `@Body(new EmptyBodyPipe())` accepts `{}` or nothing. */
export class EmptyBodyPipe implements PipeTransform<unknown, undefined> {
  transform(body: unknown): undefined {
    if (body === undefined || body === null) return;
    const names = typeof body === 'object' && !Array.isArray(body) ? Object.keys(body) : [''];
    if (names.length === 0) return;
    throw new ValidationFailed(
      names.map((name) => ({ pointer: name && `/${name}`, code: 'unknown_property', message: 'is not taken here' })),
    );
  }
}
