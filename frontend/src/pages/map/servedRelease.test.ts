import { expect, test } from 'vitest'
import { Problem } from '@/api/problem'
import { ofServedRelease } from './servedRelease'

/** Names r1, r2, ... in turn; a release below `served` answers with the status. */
function server(served: number, status: number) {
  const asked: string[] = []
  const name = async () => `r${asked.push('name')}`
  const load = async (release: string) => {
    if (Number(release.slice(1)) < served) throw new Problem({ title: 'Not served' }, status)
    return `map of ${release}`
  }
  return { asked, map: () => ofServedRelease(name, load) }
}

test('a release that is served is named once', async () => {
  const { asked, map } = server(1, 410)
  expect([await map(), asked.length]).toEqual(['map of r1', 1])
})

test.each([404, 410])('a release that went while it loaded (%i) is named once more', async (status) => {
  expect(await server(2, status).map()).toBe('map of r2')
})

test('a second loss, and any other failure, is told', async () => {
  await expect(server(3, 410).map()).rejects.toThrow(Problem)
  const broken = server(2, 502)
  await expect(broken.map()).rejects.toThrow(Problem)
  expect(broken.asked.length).toBe(1)
})
