import { expect, test } from 'vitest'
import { callWithKey, FIRST_BODY, firstCall, LANGUAGES } from './examples'

test('the call shown is the call that is made', () => {
  const body = /-d '(.*)'$/.exec(firstCall('curl', 'http://segue.test'))?.[1]
  expect(JSON.parse(body ?? '')).toEqual(FIRST_BODY)
})

test.each(LANGUAGES)('%s names this server and the key', (language) => {
  expect(firstCall(language, 'http://segue.test')).toContain('http://segue.test/v1/recommendations')
  expect(callWithKey(language, 'http://segue.test', 'sg_key')).toContain('sg_key')
})
