import { IconHeart } from '@tabler/icons-react'
import type { Track } from '@/api/types'
import { IconButton } from '@/components/button/IconButton'
import { react } from './OpinionButtons'
import { useOpinion } from './opinions'

/** The heart alone, where a row or a bar has no room for more. */
export function LikeButton({ track, className }: { track: Track; className?: string }) {
  const liked = useOpinion(track) === 'like'
  return (
    <IconButton
      label={`Like ${track.title}`}
      aria-pressed={liked}
      className={className}
      onClick={() => react(track, liked ? 'neutral' : 'like')}
    >
      <IconHeart size={20} stroke={1.6} />
    </IconButton>
  )
}
