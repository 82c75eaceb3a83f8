import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import { useSession } from '@/api/session'
import type { Track } from '@/api/types'
import { SegueIcon } from '@/app/Mark'
import { Banner } from '@/components/banner/Banner'
import { ButtonLink } from '@/components/button/Button'
import { PageHead } from '@/components/layout/PageHead'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Bone, TrackRowBones } from '@/components/states/Skeleton'
import { opinionOf, useOpinions } from '@/feedback/opinions'
import { counted } from '@/words/dates'
import { BulkBar } from './BulkBar'
import { FilterBar } from './FilterBar'
import { GuestLikes } from './GuestLikes'
import { LikedList } from './LikedList'
import styles from './LikedPage.module.css'
import { filtered, type Like, linesOf, needsAll, ordered, orderOf } from './likes'
import { useChosen } from './useChosen'
import { useLikes } from './useLikes'

const SEEDS = 20

/** Every song that was liked. A guest's are on this device. */
export function LikedPage() {
  return useSession().kind === 'guest' ? <GuestLikes /> : <Likes />
}

function Likes() {
  const { q = '', order: given } = useSearch({ from: '/liked' })
  const order = orderOf(given)
  const navigate = useNavigate({ from: '/liked' })
  const query = useLikes(needsAll(q, order))
  const opinions = useOpinions()
  // biome-ignore lint/correctness/useExhaustiveDependencies: opinions change what opinionOf says
  const liked = useMemo(
    () => query.likes.filter(({ track }) => opinionOf({ id: track.id, like: track.like ?? 1 }) === 'like'),
    [query.likes, opinions],
  )
  const shown = useMemo(() => ordered(filtered(liked, q), order), [liked, q, order])
  const ids = useMemo(() => shown.map(({ track }) => track.id), [shown])
  const { chosen, choose, clear } = useChosen(ids)
  const list = useRef<HTMLDivElement>(null)
  if (query.isPending) return <Waiting />
  if (query.error && !query.data)
    return (
      <>
        <PageHead title="Liked songs" />
        <Failure error={query.error} what="Your likes did not load." retry={() => void query.refetch()} />
      </>
    )
  const gone = query.likes.length - liked.length
  const total = Math.max(liked.length, query.total - gone)
  if (total === 0) return <NothingLiked />
  const set = (change: { q?: string; order?: string }) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  const loading = query.hasNextPage
  return (
    <>
      <Head likes={liked} total={total} whole={!loading} />
      <FilterBar
        filter={q}
        order={order}
        onFilter={(value) => set({ q: value || undefined })}
        onOrder={(value) => set({ order: value === 'newest' ? undefined : value })}
      />
      <p className="sr" role="status">
        {q ? counted(shown.length, 'song') : ''}
      </p>
      {query.error ? (
        <Failure error={query.error} what="The rest did not load." retry={() => void query.fetchNextPage()} />
      ) : null}
      {shown.length === 0 && !loading ? (
        <p className="soft">
          None of your {counted(total, 'like')} fits “{q}”.
        </p>
      ) : null}
      <div ref={list} tabIndex={-1} className={styles.list}>
        <LikedList
          lines={linesOf(shown, order, !loading)}
          tracks={shown.map(({ track }) => track)}
          chosen={chosen}
          onChoose={choose}
          onEnd={() => loading && !query.isFetching && !query.error && void query.fetchNextPage()}
        />
      </div>
      {loading ? (
        <p className={`small dim num ${styles.foot}`}>
          {query.likes.length} of {total} songs are here. More come as you scroll.
        </p>
      ) : null}
      {chosen.size > 0 ? (
        <BulkBar
          tracks={chosenOf(liked, chosen)}
          onDone={() => {
            clear()
            list.current?.focus({ preventScroll: true })
          }}
          onClear={clear}
        />
      ) : null}
    </>
  )
}

const chosenOf = (likes: readonly Like[], chosen: ReadonlySet<string>): Track[] =>
  likes.filter(({ track }) => chosen.has(track.id)).map(({ track }) => track)

function Head({ likes, total, whole }: { likes: readonly Like[]; total: number; whole: boolean }) {
  const artists = new Set(likes.map(({ track }) => track.artists[0]?.id)).size
  const seeds = likes.slice(0, SEEDS).map(({ track }) => track.id)
  const facts = [counted(total, 'song'), whole ? counted(artists, 'artist') : null].filter(Boolean)
  return (
    <PageHead title="Liked songs" lead={<span className="small num">{facts.join(' by ')}</span>}>
      <ButtonLink to="/recommend" search={{ seeds: seeds.join(',') }} icon={<SegueIcon size={20} />}>
        Recommend from the latest
      </ButtonLink>
    </PageHead>
  )
}

export function NothingLiked() {
  return (
    <>
      <PageHead title="Liked songs" />
      <Empty
        title="Nothing liked yet"
        action={
          <ButtonLink kind="solid" to="/test">
            Start the test
          </ButtonLink>
        }
      >
        A like changes the very next list. Twelve songs of the interest test are the quickest start.
      </Empty>
    </>
  )
}

export function GuestNote() {
  return (
    <Banner
      kind="off"
      title="These likes are on this device only."
      action={
        <ButtonLink kind="plain" to="/signup" search={{ next: '/liked' }}>
          Keep them
        </ButtonLink>
      }
    >
      An account keeps them, and they come along.
    </Banner>
  )
}

const Waiting = () => (
  <>
    <PageHead title="Liked songs" lead={<Bone width={160} height={20} />} />
    <div className={styles.bar} aria-busy="true">
      <Bone width="min(320px, 46%)" height={44} />
      <Bone width={132} height={44} />
    </div>
    <div className={styles.month}>
      <Bone width={80} height={21} />
    </div>
    <TrackRowBones rows={10} compact />
  </>
)
