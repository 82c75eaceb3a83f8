import { Link } from '@tanstack/react-router'
import { Cover, coverTrack } from '@/covers/Cover'
import { tints } from '@/covers/tint'
import styles from './HistoryPage.module.css'
import { type ShownSet, seedsShown, sourceOf } from './sets'

/** "From A, B and 3 more", or where the set was shown when it started from nothing that is known. */
export function From({ set }: { set: ShownSet }) {
  const { seeds, more } = seedsShown(set)
  if (!seeds.length) return sourceOf(set.source)
  const last = more ? null : seeds.length - 1
  return (
    <>
      From{' '}
      {seeds.map((seed, i) => (
        <span key={seed.id}>
          {i === 0 ? '' : i === last ? ' and ' : ', '}
          <Link to="/track/$id" params={{ id: seed.id }}>
            <bdi>{seed.title}</bdi>
          </Link>
        </span>
      ))}
      {more ? ` and ${more} more` : ''}
    </>
  )
}

/** The seeds' covers, one behind the other, and the line that leads from the last one to the set. */
export function SeedCovers({ set }: { set: ShownSet }) {
  const { seeds } = seedsShown(set)
  const last = seeds.at(-1)
  if (!last) return null
  return (
    <span className={styles.seeds} aria-hidden="true">
      {seeds.map((seed) => (
        <Cover key={seed.id} track={seed} size={48} className={styles.seed} />
      ))}
      <span className={`tint ${styles.join}`} style={tints([coverTrack(last)])[0]} />
    </span>
  )
}
