import { describe, expect, it } from 'vitest';
import { heapFlag, placesInHeap, usualPlaces } from './places.js';

const mib = (count: number) => count * 1_048_576;

describe('Places for further shops', () => {
  it('are as many as the heap has room for, beside the default shop', () => {
    expect(placesInHeap('api', mib(432))).toBe(22);
    expect(placesInHeap('worker', mib(432))).toBe(54);
  });

  it('are at least one, however small the heap is', () => {
    expect(placesInHeap('api', mib(128))).toBe(1);
  });

  it('are 50 at most where no setting says more', () => {
    expect(usualPlaces('api', mib(4096))).toBe(50);
    expect(usualPlaces('api', mib(432))).toBe(22);
  });

  it('fit into the heap of the flag that is advised for them', () => {
    const [, size] = /=(\d+)$/.exec(heapFlag('api', 200))!;
    expect(placesInHeap('api', mib(Number(size)))).toBe(200);
  });
});
