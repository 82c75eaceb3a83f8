import { expect, test } from 'vitest'
import { headline, silentServices } from './health'

const up = { name: 'auth', status: 'ready' } as const
const down = { name: 'report', status: 'unreachable' } as const
const loading = { name: 'recommend', status: 'unready' } as const

test.each([
  [[up, up], 'All two services answer'],
  [[up, up, up, up, down], 'Four of five services answer'],
  [[up, down, loading], 'One of three services answers'],
  [[down, loading], 'None of two services answer'],
])('the headline is the finding', (services, words) => {
  expect(headline(services)).toBe(words)
})

test('who does not answer is named', () => {
  expect(silentServices([up, down, loading])).toEqual(['report', 'recommend'])
})
