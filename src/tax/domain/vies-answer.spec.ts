import { describe, expect, it } from 'vitest';
import { viesAnswerOf } from './vies-answer.js';

const asked = { countryCode: 'DE', vatNumber: '136695976' };
const yes = {
  ...asked,
  requestDate: '2026-11-30T00:00:00Z',
  valid: true,
  requestIdentifier: 'WAPIAAAAY1',
  name: '---',
  address: '---',
};

describe('A response of VIES', () => {
  it('is evidence when it says yes or no', () => {
    expect(viesAnswerOf(yes, asked)).toEqual({ valid: true, consultationNumber: 'WAPIAAAAY1', answer: yes });
    const no = { ...yes, valid: false, requestIdentifier: '', userError: 'INVALID' };
    expect(viesAnswerOf(no, asked)).toEqual({ valid: false, consultationNumber: null, answer: no });
  });

  it('is a no when VIES finds the number impossible', () => {
    const body = { actionSucceed: false, errorWrappers: [{ error: 'INVALID_INPUT' }] };
    expect(viesAnswerOf(body, asked)).toEqual({ valid: false, consultationNumber: null, answer: body });
  });

  it.each([
    ['a member state is away', { ...yes, valid: false, userError: 'MS_UNAVAILABLE' }, 'MS_UNAVAILABLE'],
    [
      'too many ask',
      { actionSucceed: false, errorWrappers: [{ error: 'MS_MAX_CONCURRENT_REQ' }] },
      'MS_MAX_CONCURRENT_REQ',
    ],
    [
      'the shop has no such VAT id',
      { actionSucceed: false, errorWrappers: [{ error: 'INVALID_REQUESTER_INFO' }] },
      'INVALID_REQUESTER_INFO',
    ],
    ['it is about another number', { ...yes, vatNumber: '136695977' }, 'ANOTHER_NUMBER'],
    ['it is about another state', { ...yes, countryCode: 'AT' }, 'ANOTHER_NUMBER'],
    ['it has no verdict', { ...yes, valid: 'true' }, 'NO_VERDICT'],
    ['it has a fault that nobody knows', { ...yes, userError: '<script>' }, 'UNKNOWN_CODE'],
    ['it is no object', [yes], 'NO_VERDICT'],
    ['it is nothing', null, 'NO_VERDICT'],
  ])('is no answer when %s', (_, body, unanswered) => {
    expect(viesAnswerOf(body, asked)).toEqual({ unanswered });
  });
});
