import { status } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { Refusals } from './refusal.js';
import { readSchema } from './schema.js';

it('A refusal can be sent also when its words end within a character', () => {
  const { object } = new Refusals(readSchema()).of(status.INVALID_ARGUMENT, 'no \uD83D');
  expect(encodeURI(object.details)).toBe('no%20%EF%BF%BD');
});
