import { IconDots, IconShare2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Button } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { LazyMenu } from '@/components/menu/LazyMenu'
import { setAside } from '@/mutes/exclusions'
import { linkQuery } from '@/pages/connect/queries'
import { EXPORTS, saveExport } from '@/playlists/exports'
import type { Playlist } from '@/playlists/queries'
import { askToSave, saveAtSpotify } from '@/playlists/saveAtSpotify'
import styles from './playlists.module.css'

interface Props {
  playlist: Playlist
  onRename: () => void
  onDelete: () => void
}

/** Export, and what is done less often. */
export function PlaylistMenus({ playlist, onRename, onDelete }: Props) {
  const link = useQuery(linkQuery).data
  const toSpotify =
    link?.state === 'connected'
      ? [
          {
            name: 'Save at Spotify',
            detail: link.can_save ? 'private' : 'asks to allow it',
            run: () => void (link.can_save ? saveAtSpotify(playlist.id) : askToSave()),
          },
        ]
      : []
  return (
    <>
      <LazyMenu
        label="Export"
        target={
          <Button
            className={styles.export ?? ''}
            icon={<IconShare2 size={20} stroke={1.6} aria-hidden="true" />}
            aria-haspopup="menu"
          >
            <span>Export</span>
          </Button>
        }
        items={[
          ...EXPORTS.map(({ format, name, detail }) => ({
            name,
            detail,
            run: () => void saveExport(playlist, format),
          })),
          ...toSpotify,
        ]}
      />
      <LazyMenu
        label="More"
        target={
          <IconButton label="More for this playlist" aria-haspopup="menu">
            <IconDots size={20} stroke={1.6} />
          </IconButton>
        }
        items={[
          { name: 'Name and description', run: onRename },
          {
            name: 'Does not count for my taste',
            run: () => void setAside({ playlist: playlist.id }, `“${playlist.name}” does not count for your taste.`),
          },
          { name: 'Delete', run: onDelete },
        ]}
      />
    </>
  )
}
