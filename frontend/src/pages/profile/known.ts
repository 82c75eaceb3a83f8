/** What is known of a person and from where, in rows. */
import { ago, counted, dayOf } from '@/words/dates'

export interface Source {
  name: string
  holds: string
  countsAs: string
  last: string
  /** Where it can be seen or taken back. */
  action: { to: '/liked' | '/history' | '/settings' | '/report'; words: string } | 'restart-test' | null
}

export interface Facts {
  likes: { total: number; lastAt: string | null }
  test: { answered: number; likes: number }
  lists: { lastAt: string | null }
  monthlySince: string | null
  links: number
  memberSince: string
}

export function sources(facts: Facts): Source[] {
  const { likes, test, lists, monthlySince, links, memberSince } = facts
  return [
    {
      name: 'Likes',
      holds: counted(likes.total, 'like'),
      countsAs: 'full weight in lists and the report',
      last: likes.lastAt ? ago(likes.lastAt) : '',
      action: { to: '/liked', words: 'See them' },
    },
    {
      name: 'Interest test',
      holds: `${counted(test.answered, 'answer')}, ${counted(test.likes, 'like')} among them`,
      countsAs: 'likes count in full, neutral answers neither way',
      last: '',
      action: test.answered ? 'restart-test' : null,
    },
    {
      name: 'Lists you were shown',
      holds: lists.lastAt ? 'which songs, and when' : 'none yet',
      countsAs: 'nothing, unless a list leaves out what was shown',
      last: lists.lastAt ? ago(lists.lastAt) : '',
      action: lists.lastAt ? { to: '/history', words: 'See them' } : null,
    },
    {
      name: 'Shared reports',
      holds: counted(links, 'link'),
      countsAs: 'nothing',
      last: '',
      action: links ? { to: '/report', words: 'See them' } : null,
    },
    {
      name: 'Account',
      holds: monthlySince ? `name, mail address, monthly report since ${dayOf(monthlySince)}` : 'name, mail address',
      countsAs: 'nothing',
      last: `since ${dayOf(memberSince)}`,
      action: { to: '/settings', words: 'Settings' },
    },
  ]
}
