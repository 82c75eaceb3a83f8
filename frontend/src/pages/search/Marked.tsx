import { piecesOf } from './matches'
import styles from './SearchPage.module.css'

/** A name with what was looked for underlined. */
export function Marked({ name, words }: { name: string; words: readonly string[] }) {
  return (
    <bdi>
      {piecesOf(name, words).map(({ text, match, at }) =>
        match ? (
          <mark key={at} className={styles.mark}>
            {text}
          </mark>
        ) : (
          text
        ),
      )}
    </bdi>
  )
}
