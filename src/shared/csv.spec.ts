import { describe, expect, it } from 'vitest';
import { csvLine, inPieces } from './csv.js';

describe('A line of a CSV file', () => {
  it.each([
    [['a', 1, null, -5], 'a,1,,-5\r\n'],
    [['one, two', 'say "hi"', 'a\nb'], '"one, two","say ""hi""","a\nb"\r\n'],
    [['=1+1', '+1', '-1', '@SUM(A1)', '\tx'], "'=1+1,'+1,'-1,'@SUM(A1),'\tx\r\n"],
    [[' =1+1', '\r=1', '=HYPERLINK("http://x","y")'], `' =1+1,"'\r=1","'=HYPERLINK(""http://x"",""y"")"\r\n`],
    [['a=1', 'x-y', 'é'], 'a=1,x-y,é\r\n'],
  ])('%j', (cells, line) => expect(csvLine(cells)).toBe(line));
});

it('Lines come in pieces that hold whole lines', () => {
  const lines = ['aa\r\n', 'bb\r\n', 'cc\r\n'];
  expect([...inPieces(lines, 8)]).toEqual(['aa\r\nbb\r\n', 'cc\r\n']);
});
