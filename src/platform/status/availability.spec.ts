import { describe, expect, it } from 'vitest';
import { availability, type Outage, timeline, worst } from './availability.js';

const down = (from: number, until?: number): Outage => ({ status: 'down', from, until });
const degraded = (from: number, until?: number): Outage => ({ status: 'degraded', from, until });

describe('The availability of a component', () => {
  it.each<[string, readonly Outage[], number]>([
    ['nothing happened', [], 1],
    ['it was down for a tenth', [down(100, 200)], 0.9],
    ['it still is down', [down(900)], 0.9],
    ['it was down before, into the time', [down(-500, 100)], 0.9],
    ['it was down before the time alone', [down(-500, 0)], 1],
    ['it was only degraded', [degraded(0, 1000)], 1],
    ['two outages overlap', [down(100, 300), down(200, 400)], 0.7],
  ])('where %s', (_, outages, share) => {
    expect(availability(outages, 0, 1000)).toBeCloseTo(share, 10);
  });
});

it('The timeline shows the worst of each part', () => {
  expect(timeline([degraded(150, 260), down(250, 300), degraded(900)], 0, 1000, 10)).toEqual([
    'operational',
    'degraded',
    'down',
    'operational',
    'operational',
    'operational',
    'operational',
    'operational',
    'operational',
    'degraded',
  ]);
});

it('The worst of no states is operational', () => {
  expect([worst([]), worst(['degraded', 'operational']), worst(['degraded', 'down'])]).toEqual([
    'operational',
    'degraded',
    'down',
  ]);
});
