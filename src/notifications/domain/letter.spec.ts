import { describe, expect, it } from 'vitest';
import { oneLine } from './letter.js';

describe('oneLine', () => {
  it.each(['a\r\nBcc: x@example.com', 'a\nBcc: x@example.com', 'a\u2028Bcc: x@example.com', 'a\0Bcc: x@example.com'])(
    'takes line breaks and control characters out of %j',
    (text) => expect(oneLine(text)).toBe('a Bcc: x@example.com'),
  );
});
