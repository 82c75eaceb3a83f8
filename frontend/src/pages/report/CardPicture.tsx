import { Bone } from '@/components/states/Skeleton'
import { SIZES, type Size } from './card'
import sharing from './sharing.module.css'

interface Props {
  size: Size
  drawing: string | undefined
  /** What the card says. */
  alt: string
  waiting?: boolean
}

/** A card in its frame; the room is kept while it is drawn. */
export function CardPicture({ size, drawing, alt, waiting }: Props) {
  const { width, height, words } = SIZES[size]
  return (
    <figure aria-busy={waiting || undefined}>
      <div className={sharing.cardBox} style={{ aspectRatio: `${width} / ${height}` }}>
        {drawing ? (
          <svg
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={alt}
            // biome-ignore lint/security/noDangerouslySetInnerHtml: drawing() leaves shapes and texts alone
            dangerouslySetInnerHTML={{ __html: drawing }}
          />
        ) : (
          <Bone width="100%" height="100%" />
        )}
      </div>
      <figcaption className="micro dim">{words}</figcaption>
    </figure>
  )
}
