import { describe, expect, it } from 'vitest';
import { LeadFailed, withLead } from './led-move.js';

/** A move that goes on until somebody says how it ends. */
function moveOf() {
  const ended = Promise.withResolvers<void>();
  return {
    move: () => ended.promise,
    succeed: () => ended.resolve(),
    fail: () => ended.reject(new Error('cancelled')),
  };
}
const lost = () => Promise.reject(new Error('connection lost'));

describe('withLead', () => {
  it('leads again and again until the move has ended', async () => {
    const { move, succeed } = moveOf();
    let leads = 0;
    const lead = () => Promise.resolve(void ((leads += 1) === 3 && succeed()));
    await withLead(move, { lead, end: () => Promise.reject(new Error('not to be ended')), everyMs: 1 });
    expect(leads).toBeGreaterThanOrEqual(3);
  });

  it('ends the move when a lead fails, also where that takes several attempts', async () => {
    const { move, fail } = moveOf();
    let ends = 0;
    const end = () => ((ends += 1) === 2 ? Promise.resolve(fail()) : lost());
    const error = await withLead(move, { lead: lost, end, everyMs: 1 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LeadFailed);
    expect(error).toMatchObject({ message: 'connection lost', isDone: false });
    expect(ends).toBeGreaterThanOrEqual(2);
  });

  it('says of a move that was complete before it could be ended that its lead failed', async () => {
    const { move, succeed } = moveOf();
    const end = () => Promise.resolve(succeed());
    await expect(withLead(move, { lead: lost, end, everyMs: 1 })).rejects.toMatchObject({ isDone: true });
  });

  it('throws what the move throws', async () => {
    const { move, fail } = moveOf();
    fail();
    await expect(withLead(move, { lead: () => Promise.resolve(), end: lost, everyMs: 1 })).rejects.toThrow('cancelled');
  });
});
