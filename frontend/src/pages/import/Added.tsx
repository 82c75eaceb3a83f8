import { IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Button } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { showToast } from '@/components/toast/toasts'
import { TrackLine, TrackLines } from '@/components/track-line/TrackLine'
import { type AddedTrack, addedChanged, addedQuery, addedWords, placedWords, removeAdded } from './added'
import { notRemoved } from './removal'

/** Songs that the catalogue lacked and the person's files brought, and by what each counts. */
export function Added() {
  const query = useInfiniteQuery(addedQuery)
  const first = query.data?.pages[0]
  if (query.error)
    return <Failure error={query.error} what="Your own songs did not load." retry={() => void query.refetch()} />
  if (!first?.total) return null
  return (
    <Section title="Kept for you" intro={addedWords(first.placed_by)}>
      <TrackLines label="Songs that this catalogue lacks">
        {query.data?.pages
          .flatMap(({ items }) => items)
          .map((one) => (
            <Kept key={one.track.id} one={one} />
          ))}
      </TrackLines>
      {query.hasNextPage ? (
        <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </Section>
  )
}

function Kept({ one: { track, own, placed_by } }: { one: AddedTrack }) {
  const remove = useMutation({
    mutationFn: () => removeAdded(track.id),
    onSuccess: () => showToast({ text: `${track.title} is out, with its plays and likes.` }),
    onError: (error) => notRemoved(error, addedChanged),
  })
  return (
    <TrackLine
      track={track}
      by={
        <>
          <bdi>{track.artists[0]?.name}</bdi> · {placedWords(placed_by)}
        </>
      }
      actions={
        own ? (
          <IconButton
            label={`Remove ${track.title} and its plays`}
            disabled={remove.isPending}
            onClick={() => remove.mutate()}
          >
            <IconTrash size={20} stroke={1.6} />
          </IconButton>
        ) : null
      }
    />
  )
}
