import { IconInfoCircle } from '@tabler/icons-react'
import type { Recommendations } from '@/api/types'
import { Banner } from '@/components/banner/Banner'
import { ButtonLink } from '@/components/button/Button'
import { notesOf } from './notes'

/** What a reader has to know of this answer: that it is a fallback, or that part of what was asked is not known. */
export function ListNotes({ answer }: { answer: Recommendations }) {
  return notesOf(answer).map(({ title, text, kind, search }) => (
    <Banner
      key={title}
      kind={kind}
      title={title}
      {...(kind === 'off' ? { icon: <IconInfoCircle size={20} stroke={1.6} aria-hidden="true" /> } : {})}
      action={
        search ? (
          <ButtonLink kind="plain" to="/search" search={{ q: search }}>
            Search for it
          </ButtonLink>
        ) : undefined
      }
    >
      {text}
    </Banner>
  ))
}
