import { IconDots } from '@tabler/icons-react'
import { useSession } from '@/api/session'
import type { Track } from '@/api/types'
import { IconButton } from '@/components/button/IconButton'
import { LazyMenu } from '@/components/menu/LazyMenu'
import { setAside } from '@/mutes/exclusions'
import { muteArtist } from '@/mutes/mutes'

/** What a signed-in person can say of the artists, and whether the song counts. */
export function TrackMenu({ track }: { track: Track }) {
  if (useSession().kind !== 'signed') return null
  const several = track.artists.length > 1
  return (
    <LazyMenu
      label={`More for ${track.title}`}
      target={
        <IconButton label={`More for ${track.title}`} aria-haspopup="menu">
          <IconDots size={20} stroke={1.6} />
        </IconButton>
      }
      items={[
        ...track.artists.map((artist) => ({
          key: artist.id,
          name: several ? `Never ${artist.name}` : 'Never this artist',
          run: () => void muteArtist(artist),
        })),
        {
          name: 'Does not count for my taste',
          run: () => void setAside({ track: track.id }, `“${track.title}” does not count for your taste.`),
        },
      ]}
    />
  )
}
