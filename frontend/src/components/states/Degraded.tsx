import { Banner } from '@/components/banner/Banner'

/** Says what a list lacks for now, by the code that came with it; nothing where it lacks nothing. */
export function Degraded({ code }: { code: string | null | undefined }) {
  if (!code) return null
  if (code.includes('index_unavailable'))
    return (
      <Banner kind="warn" title="Popular picks for now.">
        The recommender is restarting. Your own list returns by itself.
      </Banner>
    )
  return (
    <Banner kind="warn" title="Not everything counts right now.">
      This list may not know your latest likes or what you were shown. It mends by itself.
    </Banner>
  )
}
