import { describe, expect, it } from 'vitest';
import { ChangeHistory } from './change-history.js';

describe('ChangeHistory', () => {
  it('ends what was read before one of its keys changed, and nothing else', () => {
    const history = new ChangeHistory();
    const before = history.point;
    history.note(['mug']);
    expect(history.isUnchanged(['mug'], before)).toBe(false);
    expect(history.isUnchanged(['cup', 'mug'], before)).toBe(false);
    expect(history.isUnchanged(['cup'], before)).toBe(true);
    expect(history.isUnchanged(['mug'], history.point)).toBe(true);
  });

  it('ends everything when anything may have changed', () => {
    const history = new ChangeHistory();
    const before = history.point;
    history.noteAll();
    expect(history.isUnchanged([], before)).toBe(false);
    expect(history.isUnchanged(['mug'], history.point)).toBe(true);
  });

  it('forgets no change: what it has no room for counts for every key', () => {
    const history = new ChangeHistory(2);
    const before = history.point;
    history.note(['a']);
    const between = history.point;
    history.note(['b']);
    history.note(['c']);
    expect(history.isUnchanged(['a'], before)).toBe(false);
    expect(history.isUnchanged(['z'], before)).toBe(false);
    expect(history.isUnchanged(['z'], between)).toBe(true);
  });
});
