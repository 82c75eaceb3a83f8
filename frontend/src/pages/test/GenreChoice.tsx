import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/api/client'
import { Button } from '@/components/button/Button'
import { Chip } from '@/components/chip/Chip'
import { PopoverOrSheet } from '@/components/sheet/Sheet'
import { Failure } from '@/components/states/Failure'
import styles from './test.module.css'

const OFFERED = 24
const MOST = 20

interface Props {
  chosen: readonly string[]
  onChoose: (genres: readonly string[]) => void
}

/** Which genres the songs are taken from: the largest of the catalogue. */
export function GenreChoice({ chosen, onChoose }: Props) {
  const [opened, setOpened] = useState(false)
  const words = chosen.length === 0 ? 'All genres' : chosen.length === 1 ? chosen[0] : `${chosen.length} genres`
  const target = (
    <Button kind="plain" aria-expanded={opened} className={styles.genres} onClick={() => setOpened(!opened)}>
      {words}
    </Button>
  )
  return (
    <PopoverOrSheet target={target} opened={opened} onClose={() => setOpened(false)} title="Genres of the test">
      <Genres chosen={chosen} onChoose={onChoose} />
    </PopoverOrSheet>
  )
}

function Genres({ chosen, onChoose }: Props) {
  const genres = useQuery({
    queryKey: ['genres', OFFERED],
    queryFn: ({ signal }) => data(api.GET('/v1/genres', { params: { query: { limit: OFFERED } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const toggle = (name: string) =>
    onChoose(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name].slice(0, MOST))
  return (
    <div className={styles.genreChoice}>
      <h2 className="head">Genres</h2>
      <p className="small soft">Songs of any of these; none chosen means all. All are among the best known here.</p>
      {genres.error ? <Failure error={genres.error} retry={() => void genres.refetch()} /> : null}
      <div className={styles.chips}>
        {genres.data?.items.map(({ name }) => (
          <Chip key={name} aria-pressed={chosen.includes(name)} onClick={() => toggle(name)}>
            {name}
          </Chip>
        ))}
      </div>
      {chosen.length ? (
        <Button kind="plain" onClick={() => onChoose([])}>
          All genres
        </Button>
      ) : null}
    </div>
  )
}
