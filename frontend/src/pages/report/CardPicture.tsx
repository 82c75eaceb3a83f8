import { SIZES, type Size, useBlobUrl } from './card'
import styles from './report.module.css'

interface Props {
  size: Size
  blob: Blob | undefined
  /** What the card says. */
  alt: string
  waiting?: boolean
}

/** A card in its frame; the room is kept while the picture is made. */
export function CardPicture({ size, blob, alt, waiting }: Props) {
  const url = useBlobUrl(blob)
  const { width, height, words } = SIZES[size]
  return (
    <figure aria-busy={waiting || undefined}>
      <div className={styles.cardBox} style={{ aspectRatio: `${width} / ${height}` }}>
        {url ? <img src={url} alt={alt} width={width} height={height} /> : null}
      </div>
      <figcaption className="micro dim">{words}</figcaption>
    </figure>
  )
}
