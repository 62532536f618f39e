import { describe, expect, it } from 'vitest';
import { ReplayFailure } from './failure.js';
import { parseRows } from './rows.js';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

function rowsOf(...lines: string[]) {
  return parseRows(Buffer.from([header, ...lines].join('\n')));
}

describe('the rows of a file', () => {
  it('have the cells by name', () => {
    expect(rowsOf('536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom')).toEqual([
      {
        invoice: '536365',
        code: '85123A',
        description: 'WHITE HANGING HEART',
        quantity: 6,
        price: { pence: 255, positive: true },
        customer: '17850',
      },
    ]);
  });

  it('are the same with a byte order mark, CRLF, blank lines and padding', () => {
    const plain = rowsOf('1,A,"HOOK, 1 HANGER",2,x,0.85,12472,EIRE');
    const file = `\uFEFF${header}\r\n1, A ,"HOOK, 1 HANGER",2,x,0.85,12472.0,EIRE\r\n\r\n`;
    expect(parseRows(Buffer.from(file))).toEqual(plain);
    expect(plain[0]?.description).toBe('HOOK, 1 HANGER');
  });

  it('may have their columns in any order', () => {
    const file = 'CustomerID,UnitPrice,Quantity,Description,StockCode,InvoiceNo\n17850,2.55,6,HEART,85123A,536365';
    expect(parseRows(Buffer.from(file))[0]).toMatchObject({ invoice: '536365', customer: '17850', quantity: 6 });
  });

  it('keep inch marks, doubled quotes and codes in lower case', () => {
    const [inch, quoted] = rowsOf('1,85099b,TRAY 12" ROUND,1,x,1,,EIRE', '1,85099B,"5"" CANDLE",1,x,1,,EIRE');
    expect(inch).toMatchObject({ code: '85099b', description: 'TRAY 12" ROUND', customer: '' });
    expect(quoted).toMatchObject({ code: '85099B', description: '5" CANDLE' });
  });

  it('are read as Windows-1252 when they are not UTF-8', () => {
    const file = Buffer.concat([Buffer.from(`${header}\n1,A,`), Buffer.of(0xa3), Buffer.from('1 OFF,1,x,1,,EIRE')]);
    expect(parseRows(file)[0]?.description).toBe('£1 OFF');
  });

  it.each([
    ['1,A,X,many,x,1,,EIRE', 'Line 2: Quantity "many" is no whole number'],
    ['1,A,X,1,x,cheap,,EIRE', 'Line 2: UnitPrice "cheap" is no price'],
    [',A,X,1,x,1,,EIRE', 'Line 2: InvoiceNo or StockCode is empty'],
    ['1,A,X,1', 'not readable as CSV'],
  ])('refuse %j with a reason', (line, reason) => {
    expect(() => rowsOf(line)).toThrow(reason);
    expect(() => rowsOf(line)).toThrow(ReplayFailure);
  });

  it('need their columns', () => {
    expect(() => parseRows(Buffer.from('InvoiceNo,Quantity\n1,2'))).toThrow(
      'no column StockCode, Description, UnitPrice',
    );
    expect(() => parseRows(Buffer.of())).toThrow('no invoice lines');
    expect(() => parseRows(Buffer.from(header))).toThrow('no invoice lines');
  });
});
