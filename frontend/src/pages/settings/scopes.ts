import type { Schemas } from '@/api/types'

export type KeyScope = Schemas['ApiKey']['scopes'][number]

export const SCOPES: readonly { scope: KeyScope; words: string; more: string }[] = [
  { scope: 'recommend:read', words: 'read lists', more: 'Lists from your taste, and the lists you were shown' },
  { scope: 'catalog:read', words: 'read likes', more: 'Your liked songs' },
  { scope: 'feedback:write', words: 'send feedback', more: 'Likes, skips and plays in your name' },
  { scope: 'report:read', words: 'read the report', more: 'Your taste report and its cards' },
]

/** "read lists, send feedback". */
export const scopeWords = (scopes: readonly KeyScope[]): string =>
  SCOPES.filter(({ scope }) => scopes.includes(scope))
    .map(({ words }) => words)
    .join(', ')
