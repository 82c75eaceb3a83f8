/** Words of mutes. */
import type { Schemas } from '@/api/types'
import { dayOf } from '@/words/dates'
import { capital } from '@/words/numbers'

type VersionType = Schemas['VersionType']

/** Kinds of versions as people call them, the most complained of first. */
export const VERSIONS: readonly { value: VersionType; name: string }[] = [
  { value: 'live', name: 'Live versions' },
  { value: 'remix', name: 'Remixes' },
  { value: 'karaoke', name: 'Karaoke' },
  { value: 'slowed', name: 'Slowed' },
  { value: 'sped_up', name: 'Sped up' },
  { value: 'cover', name: 'Cover versions' },
  { value: 'acoustic', name: 'Acoustic versions' },
  { value: 'instrumental', name: 'Instrumental versions' },
  { value: 'demo', name: 'Demos' },
]

export const versionName = (value: string): string =>
  VERSIONS.find((version) => version.value === value)?.name ?? capital(value.replace('_', ' '))

/** What is muted as people call it; genres with a capital. */
export function muteName({ kind, value, name }: Pick<Schemas['Mute'], 'kind' | 'value' | 'name'>): string {
  if (kind === 'version') return versionName(value)
  return kind === 'genre' ? capital(name) : name
}

const KINDS = { artist: 'Artist', genre: 'Genre', version: 'Versions' } as const

/** "Artist, since 2 November". */
export const muteDetail = ({ kind, since }: Pick<Schemas['Mute'], 'kind' | 'since'>, now?: number): string =>
  `${KINDS[kind]}, since ${dayOf(since, now)}`
