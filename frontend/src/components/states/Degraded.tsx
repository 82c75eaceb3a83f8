import { Banner } from '@/components/banner/Banner'
import { degradedNote } from './degraded'

/** Says what an answer lacks for now, by the code that came with it; nothing where it lacks nothing. */
export function Degraded({ code }: { code: string | null | undefined }) {
  if (!code) return null
  const { kind, title, text } = degradedNote(code)
  return (
    <Banner kind={kind} title={title}>
      {text}
    </Banner>
  )
}
