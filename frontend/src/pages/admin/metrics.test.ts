import { expect, test } from 'vitest'
import { axisEnd, difference, metricsOf } from './metrics'

const release = {
  metrics: {
    average_ndcg_100: 0.35,
    interval_95: [0.333, 0.367],
    by_seeds: { 1: { 'ndcg@100': 0.277 } },
    popularity_average_ndcg_100: 0.059,
  },
}

test('metrics that are there are shown, in order', () => {
  expect(metricsOf(release).map(({ name, value }) => [name, value])).toEqual([
    ['All seeds', 0.35],
    ['One song', 0.277],
    ['Popular songs, for comparison', 0.059],
  ])
})

test('a release without metrics shows none', () => {
  expect(metricsOf({})).toEqual([])
})

test('the axis ends above everything drawn', () => {
  expect(axisEnd(metricsOf(release))).toBe(0.4)
})

test.each([
  [0.354, 'better by 0.004, within the interval'],
  [0.3, 'worse by 0.050'],
  [0.35, 'the same'],
])('%f is %s', (value, words) => {
  expect(difference({ metrics: { average_ndcg_100: value } }, release)).toBe(words)
})
